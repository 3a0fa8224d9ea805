import type { ErrorCode } from '../base/error.js';

/** A command's output: a stream that may be a terminal. */
export interface Out {
  /** `done` is called when the text is flushed, or with the error. */
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The environment of a command. */
export interface Terminal {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  /** The folder in which the configuration is searched. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `act` at the next Ctrl-C instead of ending the process; returns a function that undoes this. */
  onInterrupt?(act: () => void): () => void;
}

/** The exit codes for scripts. */
export const exitCodes = Object.freeze({
  done: 0,
  /** The request could not be fulfilled: not found, refused, a row that failed, a finding of the doctor. */
  failed: 1,
  /** A command or an option that does not exist, or is invalid. */
  usage: 2,
  /** The configuration cannot be read or has mistakes. */
  configuration: 3,
  /** A store does not answer; try again. */
  away: 4,
  /** Ctrl-C after a part was done; the code that shells use for SIGINT. */
  interrupted: 130,
});

interface CommandErrorDetails {
  readonly code?: ErrorCode;
  readonly issues?: readonly string[];
}

/** Ends a command with a message for people and an exit code for scripts. */
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

/** Reads what a command names; what does not exist is a mistake of the command line. */
export function withUsage<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof TypeError ? usage(error.message) : error;
  }
}

/** The reader of the output has closed the pipe, as `| head` does: no further output can be written. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** True for a terminal, unless the environment says otherwise (https://no-color.org, https://force-color.org). */
export function mayColor({ isTTY }: Out, env: Terminal['env']): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '' } = env;
  if (no !== '') return false;
  if (force !== '') return force !== '0' && force !== 'false';
  return isTTY === true && env['TERM'] !== 'dumb';
}
