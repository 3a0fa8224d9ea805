import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does `work` again and again while it fails as `busy`, until `givenUp` says so; tells how often that was.
 * SQLite itself would wait by putting the whole thread to sleep; here only this piece of work sleeps.
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
      // Not in step with the others who poll for the same lock.
      await sleep(1 + Math.random() * Math.min(20, 2 + retries));
    }
  }
}
