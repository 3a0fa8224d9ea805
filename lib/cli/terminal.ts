import type { ErrorCode } from '../base/error.js';

/** Where a command writes to: a stream, of which it may be known that a person looks at it. */
export interface Out {
  /** `done` is told when the text has left, or why it did not. */
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The surroundings of a command. */
export interface Terminal {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  /** The folder in which the configuration is looked for. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Has `act` called at the next Ctrl-C, instead of the process's end; gives a function that undoes it. */
  onInterrupt?(act: () => void): () => void;
}

/** What a command's end means to a script. */
export const exitCodes = Object.freeze({
  done: 0,
  /** What was asked for could not be done: not found, refused, a row that failed, a finding of the doctor. */
  failed: 1,
  /** A command or an option that does not exist, or does not hold. */
  usage: 2,
  /** The configuration cannot be read or has mistakes. */
  configuration: 3,
  /** A store does not answer: try again. */
  away: 4,
  /** Ctrl-C, where a part was done; as shells have it for SIGINT. */
  interrupted: 130,
});

interface CommandErrorDetails {
  readonly code?: ErrorCode;
  readonly issues?: readonly string[];
}

/** Ends a command with a sentence for the person and a code for the script. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly code: ErrorCode | 'ERR_ENROLLMENT_COMMAND';
  readonly issues: readonly string[];

  constructor(message: string, exitCode: number, { code, issues = [] }: CommandErrorDetails = {}) {
    super(message);
    this.exitCode = exitCode;
    this.code = code ?? 'ERR_ENROLLMENT_COMMAND';
    this.issues = issues;
  }
}

export function usage(text: string): CommandError {
  return new CommandError(text, exitCodes.usage);
}

/** The reader of the output has closed the pipe, as `| head` does: no further output can be read. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** True for a terminal, unless the environment says otherwise (https://no-color.org, https://force-color.org). */
export function mayColour({ isTTY }: Out, env: Terminal['env']): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '' } = env;
  if (no !== '') return false;
  if (force !== '') return force !== '0' && force !== 'false';
  return isTTY === true && env['TERM'] !== 'dumb';
}
