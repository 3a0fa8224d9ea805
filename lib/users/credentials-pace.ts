/** Resolves when the answer to a request that began at `startedAtMs` (of `performance.now()`) may be sent. */
export type Pace = (startedAtMs: number) => Promise<void>;

const gridMs = 250;

/**
 * Delays answers to 250, 500, 750 … ms after their request. An additional query, which only an existing account costs,
 * is then invisible from outside if the work ends within the same interval.
 */
export const pace: Pace = (startedAtMs) =>
  new Promise((resolve) => {
    setTimeout(resolve, untilNextMark(performance.now() - startedAtMs));
  });

/** Whole milliseconds from `elapsedMs` to the next multiple of 250 that is above zero. */
export function untilNextMark(elapsedMs: number): number {
  const mark = Math.max(1, Math.ceil(elapsedMs / gridMs)) * gridMs;
  return Math.ceil(mark - elapsedMs);
}
