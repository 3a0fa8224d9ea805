import { setTimeout as pause } from 'node:timers/promises';

/** Polls until there is an answer; throws `complaint()` on timeout. */
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
