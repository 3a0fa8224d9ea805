import { fileLimits } from './limits.js';

/** Where something stands in a file: both numbers begin with 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** `refused`: nothing is imported; `skipped`: this part is left out; `noticed`: imported, and worth a look. */
export type Severity = 'refused' | 'skipped' | 'noticed';

export interface Problem extends Position {
  readonly file: string;
  readonly severity: Severity;
  readonly message: string;
}

/** Collects what is wrong with one file, so that all of it is reported at once. */
export interface Problems {
  readonly file: string;
  add(severity: Severity, at: Position, message: string): void;
  /** By line and column. */
  list(): readonly Problem[];
}

export function collectProblems(file: string): Problems {
  const found = new Map<string, Problem>();
  let unlisted = 0;
  return {
    file,
    add(severity, { line, column }, message) {
      const problem = { file, severity, line, column, message };
      // Rounds of `!Enumerate`, and a tag that is unknown wherever it is used, have the same mistake again.
      const key = JSON.stringify(problem);
      if (found.size < fileLimits.problems) found.set(key, problem);
      else if (!found.has(key)) unlisted += 1;
    },
    list() {
      const sorted = [...found.values()].sort((one, other) => one.line - other.line || one.column - other.column);
      const last = sorted.at(-1);
      if (unlisted === 0 || last === undefined) return sorted;
      return [...sorted, { ...last, severity: 'refused', message: `${String(unlisted)} more mistakes are not listed` }];
    },
  };
}

/** `flows/invite.yaml:12:5: unknown tag !Foo`, as editors and terminals understand it. */
export function problemLine({ file, line, column, message }: Problem): string {
  return `${file}:${String(line)}:${String(column)}: ${message}`;
}
