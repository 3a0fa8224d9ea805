const tickMs = 10;

/**
 * The time in which this process could run: each tick of its event loop counts as 20 ms at most. While the process gets
 * no CPU time, it nearly stands still; on an idle machine it agrees with the clock.
 */
let ownTimeMs = 0;
let ticker: NodeJS.Timeout | undefined;

function startTicker(): NodeJS.Timeout {
  let last = performance.now();
  return setInterval(() => {
    const now = performance.now();
    ownTimeMs += Math.min(now - last, 2 * tickMs);
    last = now;
  }, tickMs).unref();
}

/** A stopwatch that a busy machine does not speed up. Returns the milliseconds so far. */
export function startOwnTime(): () => number {
  ticker ??= startTicker();
  const begun = ownTimeMs;
  return () => ownTimeMs - begun;
}
