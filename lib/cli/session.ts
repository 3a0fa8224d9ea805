import { isEnrollmentError } from '../base/error.js';
import { checkSecret } from './check-secret.js';
import { withDeepestCause } from '../base/deepest-cause.js';
import { findConfiguration, readConfiguration, type Administered } from './configuration.js';
import { createOutput, type Output } from './output.js';
import { untilReady } from './until-ready.js';
import { CommandError, exitCodes, ReaderGone, type Terminal } from './terminal.js';

/** One run of the command line. */
export interface Session {
  readonly terminal: Terminal;
  readonly output: Output;
  /** The app's enrollment, ready for use. */
  enrollment(): Promise<Administered>;
  /** Throws when the secret is not the app's, because the codes would not work. Called before codes are created. */
  makesCodes(force: boolean): Promise<void>;
  /** The same, without waiting for its stores. */
  unready(): Promise<Administered>;
  /** The same, or `null` where the app has no configuration. */
  configured(): Promise<Administered | null>;
  /** Sets a failure exit code without ending the command. */
  fail(exitCode?: number): void;
}

/** The options of every command. */
export interface Globals {
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Runs `work`, reports an error in one sentence, and closes what was opened. Returns the exit code. */
export async function inSession(
  terminal: Terminal,
  globals: Globals,
  work: (session: Session) => Promise<void>,
): Promise<number> {
  const output = createOutput(terminal, globals.json === true);
  let opened: Administered | undefined;
  let code: number = exitCodes.done;
  let noted: string | null = null;
  const unready = async (): Promise<Administered> =>
    (opened ??= await readConfiguration(terminal, globals.config, globals.verbose === true));
  const session: Session = {
    terminal,
    output,
    unready,
    configured: async () => (findConfiguration(terminal, globals.config) === null ? null : unready()),
    async enrollment() {
      const enrollment = await unready();
      const note = await untilReady(enrollment);
      if (note !== null && note !== noted) output.note(note);
      noted = note;
      return enrollment;
    },
    async makesCodes(force) {
      await checkSecret(await session.enrollment(), force);
    },
    fail(exitCode = exitCodes.failed) {
      code = exitCode;
    },
  };
  try {
    await work(session);
  } catch (error) {
    if (!(error instanceof ReaderGone)) code = report(output, error);
  } finally {
    await opened?.close().catch((error: unknown) => {
      output.note(`closing failed: ${messageOf(error)}`);
    });
  }
  return code;
}

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (!isEnrollmentError(error)) return exitCodes.failed;
  if (error.status === 503) return exitCodes.away;
  // The input is invalid, e.g. an end before the beginning.
  const typed = ['ERR_ENROLLMENT_INVITATION', 'ERR_ENROLLMENT_WAITLIST'].includes(error.code);
  return typed ? exitCodes.usage : exitCodes.failed;
}

/** An error in the form of `--json`. */
export function errorRecord(error: unknown): object {
  const known = error instanceof CommandError || isEnrollmentError(error);
  return {
    code: known ? error.code : 'ERR_UNEXPECTED',
    message: messageOf(error),
    ...(known && error.issues.length > 0 ? { issues: error.issues } : {}),
  };
}

/** Prints an expected error as a sentence, and an unexpected error with its stack, for debugging. */
function report(output: Output, error: unknown): number {
  const expected = error instanceof CommandError || isEnrollmentError(error);
  if (output.json) output.answer({ error: errorRecord(error) }, () => '');
  output.error(expected || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message));
  return exitCodeOf(error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined
    ? withDeepestCause(error)
    : error instanceof Error
      ? error.message
      : String(error);
}
