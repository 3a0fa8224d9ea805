import type { Log } from '../ports/log.js';

export interface Start {
  /** Resolves once the work is done; rejects when trying again is no use; stays open when it was stopped before. */
  readonly done: Promise<void>;
  /** Why it is not done yet, for operators; `null` once it is. */
  problem(): string | null;
  stop(): void;
}

/** Does `work`, and does it again after a pause for as long as it fails: a dependency may come up later than the app. */
export function untilReady(work: () => Promise<unknown>, isFinal: (error: unknown) => boolean, log: Log): Start {
  let problem: string | null = 'still starting';
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
          problem = error instanceof Error ? error.message : String(error);
          if (stopped) return;
          if (isFinal(error)) {
            log.error({ err: error }, 'cannot start');
            reject(error instanceof Error ? error : new Error(String(error)));
            return;
          }
          const seconds = Math.min(30, 2 ** Math.min(failures, 5));
          log.warn({ err: error, againInSeconds: seconds }, 'not ready yet');
          timer = setTimeout(() => {
            attempt(failures + 1);
          }, seconds * 1000);
        },
      );
    };
    attempt(0);
  });

  // Whoever asks is told; an app that never asks still has the log.
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
