import { lineLog } from './line-log.js';
import { terminalLog } from './terminal-log.js';
import type { EnrollmentLogger } from '../ports/log.js';

/** The parts of standard error that are used. */
interface LogStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Standard error: readable text on a terminal, one line of JSON per entry anywhere else. */
export function defaultLog(
  stream: LogStream = process.stderr,
  env: Readonly<Record<string, string | undefined>> = process.env,
): EnrollmentLogger {
  const write = (text: string): unknown => stream.write(text);
  if (stream.isTTY !== true) return lineLog(write);
  // https://no-color.org
  return terminalLog(write, { colored: (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb' });
}
