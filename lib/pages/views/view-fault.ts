import { EnrollmentError } from '../../base/error.js';

/** Where a template is wrong. */
export interface ViewFault {
  readonly file: string;
  /** From 1; `null` if it is unknown. */
  readonly line: number | null;
  readonly reason: string;
  /** The text of the file. */
  readonly text: string;
  /** File and line of the app's view that included a view of the kit that failed. */
  readonly includedBy?: string;
}

const around = 2;

/** Lines of a file with their numbers; the faulty one is marked. */
function excerpt(text: string, line: number): string {
  const lines = text.split('\n');
  const from = Math.max(1, line - around);
  const to = Math.min(lines.length, line + around);
  const width = String(to).length;
  return lines
    .slice(from - 1, to)
    .map((content, index) => {
      const at = from + index;
      return `${at === line ? ' >> ' : '    '}${String(at).padStart(width)}| ${content}`;
    })
    .join('\n');
}

/** e.g. `/app/views/pages/prompt.ejs:3: page is not defined`, and the lines around it. */
export function describeFault({ file, line, reason, text, includedBy }: ViewFault): string {
  const by = includedBy === undefined ? '' : ` (included by ${includedBy})`;
  if (line === null) return `${file}: ${reason}${by}`;
  return `${file}:${String(line)}: ${reason}${by}\n\n${excerpt(text, line)}`;
}

export function viewError(fault: ViewFault): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_VIEWS', describeFault(fault));
}
