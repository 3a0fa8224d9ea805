import { setTimeout as pause } from 'node:timers/promises';

const waitsMs = [50, 250] as const;
/** Where a store takes long to fail it is away: callers wait no longer than this for further tries, in milliseconds. */
const mostMs = 1500;

/**
 * Repeats what has the same effect each time, since a connection that was lost is there again mostly. Of a call whose answer
 * was lost it is then known that it was made.
 * @throws what the last try threw
 */
export async function severalTries<Value>(act: () => Promise<Value>): Promise<Value> {
  const began = performance.now();
  for (const waitMs of waitsMs) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() - began > mostMs) throw error;
      await pause(waitMs);
    }
  }
  return act();
}
