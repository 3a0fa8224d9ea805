import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats `work` while it fails as `busy`, until `givenUp` ends it; reports the number of retries. SQLite itself would
 * wait by blocking the whole thread; here only this work waits.
 */
export async function untilFree<T>(
  work: () => Promise<T>,
  busy: (error: unknown) => boolean,
  givenUp: () => boolean,
): Promise<{ readonly value: T; readonly retries: number }> {
  for (let retries = 0; ; retries += 1) {
    try {
      return { value: await work(), retries };
    } catch (error) {
      if (!busy(error) || givenUp()) throw error;
      // Random, so that processes that poll for the same lock do not do so in step.
      await sleep(1 + Math.random() * Math.min(20, 2 + retries));
    }
  }
}
