const second = 1000;
const day = 24 * 60 * 60 * second;

/** The maximum number of attempts: over about two days. */
export const mostAttempts = 10;

/**
 * Milliseconds to wait after the given number of attempts: 5 s, 20 s, 80 s … four times as long each time, a day at
 * most; plus or minus a fifth, so that items that failed together are not retried together. `random` is from 0 to 1.
 */
export function backOffMs(attempts: number, random: number): number {
  const wait = Math.min(day, 5 * second * 4 ** (attempts - 1));
  return Math.min(day, Math.round(wait * (0.8 + 0.4 * random)));
}
