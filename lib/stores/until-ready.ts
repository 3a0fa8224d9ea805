import { withDeepestCause } from '../base/deepest-cause.js';
import { faultKind } from '../base/fault-kind.js';
import type { EnrollmentLogger } from '../ports/log.js';

export interface Start {
  /** Resolves once the work is done; rejects when a retry cannot help; stays pending when it was stopped before. */
  readonly done: Promise<void>;
  /** Why it is not done yet, for operators; `null` once it is. */
  problem(): string | null;
  stop(): void;
}

/**
 * Runs `work`, and repeats it after a pause as long as it fails: a dependency may start later than the app.
 * `isFinal` gets the error and how many attempts failed before it; `explain` describes it in one sentence.
 */
export function untilReady(
  work: () => Promise<unknown>,
  isFinal: (error: unknown, failures: number) => boolean,
  log: EnrollmentLogger,
  explain: (error: unknown) => string = withDeepestCause,
): Start {
  let problem: string | null = 'still starting';
  let logged = '';
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const done = new Promise<void>((resolve, reject) => {
    const attempt = (failures: number): void => {
      work().then(
        () => {
          problem = null;
          resolve();
        },
        (error: unknown) => {
          problem = explain(error);
          if (stopped) return;
          if (isFinal(error, failures)) {
            log.error({ err: error }, `cannot start: ${problem}`);
            reject(error instanceof Error ? error : new Error(String(error)));
            return;
          }
          const seconds = Math.min(30, 2 ** Math.min(failures, 5));
          // A denial or a mistake stays until an operator acts; the stack is logged once per cause.
          const level = faultKind(error) === 'outage' ? 'warn' : 'error';
          const again = problem === logged ? {} : { err: error };
          logged = problem;
          log[level]({ ...again, againInSeconds: seconds }, `not ready yet: ${problem}`);
          timer = setTimeout(() => {
            attempt(failures + 1);
          }, seconds * 1000);
        },
      );
    };
    attempt(0);
  });

  // Callers get the error; an app that never asks still has the log.
  done.catch(() => undefined);

  return {
    done,
    problem: () => problem,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
