import { delayedCall } from '../base/background.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { Counter } from './counting.js';

/**
 * A counter that never refuses a request, so that no request needs to wait for it. Points are summed in this process
 * and sent at intervals.
 */
interface CollectedCounter {
  consume(): void;
  reward(): void;
  /** Sends the unsent points. */
  flush(): Promise<void>;
}

const pauseMs = 1000;

/** `tell` hears of the limit once per window, with the points that pass it. A store that is away, and the end of the process, lose the points of a second. */
export function createCollectedCounter(
  rateLimiter: RateLimiter,
  counter: Counter,
  tell: (counter: Counter) => void,
): CollectedCounter {
  const { key, limit } = counter;
  let points = 0;
  const soon = delayedCall(() => {
    flush().catch(() => undefined);
  });

  function add(more: number): void {
    points += more;
    soon.schedule(pauseMs);
  }

  async function flush(): Promise<void> {
    soon.cancel();
    const sent = points;
    points = 0;
    if (sent < 0) await rateLimiter.reward(key, limit.windowSeconds, -sent);
    if (sent <= 0) return;
    const { taken } = await rateLimiter.consume(key, limit.windowSeconds, sent);
    if (taken > limit.points && taken - sent <= limit.points) tell(counter);
  }

  return Object.freeze<CollectedCounter>({
    consume: () => {
      add(1);
    },
    reward: () => {
      add(-1);
    },
    flush,
  });
}
