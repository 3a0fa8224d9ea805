const second = 1000;
const day = 24 * 60 * 60 * second;

/** How often something is tried in all: over about two days. */
export const mostAttempts = 10;

/**
 * Milliseconds to wait after so many attempts: 5 s, 20 s, 80 s … four times as long each time, a day at most; a fifth
 * more or less, so that what failed together is not tried together again. `random` is from 0 to 1.
 */
export function backOffMs(attempts: number, random: number): number {
  const wait = Math.min(day, 5 * second * 4 ** (attempts - 1));
  return Math.min(day, Math.round(wait * (0.8 + 0.4 * random)));
}
