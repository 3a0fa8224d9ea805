/** Resolves when an answer to a question that began at `startedAtMs` (of `performance.now()`) may be given. */
export type Pace = (startedAtMs: number) => Promise<void>;

const gridMs = 250;

/**
 * Lets answers out 250, 500, 750 … ms after their question: a query more or less, which only somebody's account costs,
 * is then not to be seen from outside as long as the work ends between the same two marks.
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
