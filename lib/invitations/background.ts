import type { EnrollmentLogger } from '../ports/log.js';

/** Work whose outcome nobody has to wait for: it is logged when it fails, and can be waited for at the end. */
export interface Background {
  run(what: string, work: Promise<unknown>): void;
  /** Resolves when everything that runs now has ended. */
  idle(): Promise<void>;
}

export function createBackground(log: EnrollmentLogger): Background {
  const running = new Set<Promise<void>>();
  return Object.freeze({
    run(what: string, work: Promise<unknown>) {
      const watched: Promise<void> = work
        .then(
          () => undefined,
          (error: unknown) => log.error({ err: error }, `${what} failed`),
        )
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  });
}
