/** Work that no response waits for. Failures are logged; `idle()` waits for all of it. */
export interface Background {
  /** `level`: the log level of a failure; default `error`. */
  run(what: string, work: Promise<unknown>, level?: 'error' | 'warn'): void;
  /** Resolves when all work that is running now has ended. */
  idle(): Promise<void>;
}

interface FailureLog {
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export function createBackground(log: FailureLog): Background {
  const running = new Set<Promise<void>>();
  return Object.freeze({
    run(what: string, work: Promise<unknown>, level: 'error' | 'warn' = 'error') {
      const watched: Promise<void> = work
        .then(
          () => undefined,
          (error: unknown) => log[level]({ err: error }, `${what} failed`),
        )
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  });
}
