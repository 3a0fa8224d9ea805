import { isForAdministration } from '../base/administration.js';
import { problemLine, type Severity } from '../flow-files/problems.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { FileFlows } from './file-flows.js';

/**
 * Logs what the flow files have that the kit leaves out, as a warning, and what it does in another way than authentik. A
 * flow may be open whose policy was left out.
 */
export function logFileProblems(
  { problems }: Pick<FileFlows, 'problems'>,
  log: EnrollmentConfig<unknown>['logger'],
): void {
  // A command prints them itself.
  if (isForAdministration()) return;
  const linesOf = (wanted: Severity): readonly string[] =>
    problems.filter(({ severity }) => severity === wanted).map(problemLine);
  const [skipped, noticed] = [linesOf('skipped'), linesOf('noticed')];
  if (skipped.length > 0) log.warn({ problems: skipped }, `parts of the flow files are left out:${listed(skipped)}`);
  if (noticed.length > 0)
    log.info({ problems: noticed }, `the flow files have parts that are worth a look:${listed(noticed)}`);
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `\n  - ${line}`).join('');
}
