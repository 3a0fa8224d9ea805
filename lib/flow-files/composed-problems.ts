import { fileSentence, placeOfIssue, type FlowIssue } from '../flow/flow-issue.js';
import type { Flow } from '../flow/flow.js';
import type { Problem } from './problems.js';

/**
 * Mistakes of flows as a whole, at their places in the files; without those of flows of code. `settled`: how what the app
 * may settle counts.
 */
export function composedProblems(
  issues: readonly FlowIssue[],
  flows: readonly Flow[],
  settled: 'refused' | 'noticed' = 'refused',
): readonly Problem[] {
  return issues.flatMap((issue): readonly Problem[] => {
    const place = placeOfIssue(issue, flows);
    if (place === null) return [];
    const severity = issue.settledBy === undefined ? 'refused' : settled;
    return [{ ...place, severity, message: fileSentence(issue) }];
  });
}

/** In the order of the files, then by line and column. */
export function byPlace(files: readonly string[]): (one: Problem, other: Problem) => number {
  const at = new Map(files.map((file, index) => [file, index]));
  return (one, other) =>
    (at.get(one.file) ?? -1) - (at.get(other.file) ?? -1) || one.line - other.line || one.column - other.column;
}
