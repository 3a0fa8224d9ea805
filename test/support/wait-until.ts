import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is there; throws `complaint()` when it takes too long. */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  complaint: () => string,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(complaint());
    await pause(20);
  }
}
