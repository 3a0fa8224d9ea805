/** Work that no answer waits for: it is logged when it fails, and can be waited for at the end. */
export interface Background {
  /** `level`: how its failure is logged; default `error`. */
  run(what: string, work: Promise<unknown>, level?: 'error' | 'warn'): void;
  /** Resolves when everything that runs now has ended. */
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
