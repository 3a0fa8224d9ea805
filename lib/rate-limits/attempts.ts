import { digest128 } from '../base/ids.js';
import type { AttemptAnswer, Attempt, Attempts } from '../ports/attempts.js';
import type { EventSink } from '../ports/events.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimits } from '../ports/rate-limits.js';
import { createCollectedCounter } from './collected-counter.js';
import { answerOf, createCounting, type Counter } from './counters.js';

/**
 * Counts wrong codes per client, per plan and in all, never per code: else anyone could lock a code that others hold.
 * Every attempt is counted before it is looked at, so parallel guesses cannot outrun the counter, and given back when
 * it was right, so that only misses remain.
 */
export function createAttempts({
  rateLimiter,
  events,
  perClient,
  perPlan,
  overall,
}: RateLimits['codes'] & { readonly rateLimiter: RateLimiter; readonly events: EventSink }): Attempts & {
  flush(): Promise<void>;
} {
  const countersOf = ({ address, enrollmentId }: Attempt): readonly Counter[] => [
    // Whatever an app takes for an address, it becomes a key of fixed length.
    { name: 'client', limit: perClient, key: `attempts:client:${digest128(address)}` },
    { name: 'plan', limit: perPlan, key: `attempts:plan:${digest128(enrollmentId)}` },
  ];

  const tell = ({ name, limit }: Counter): void => {
    events({ type: 'invitation.throttled', limit: name, points: limit.points });
  };
  const counting = createCounting(rateLimiter, tell);
  const everybody: Counter = { name: 'overall', limit: overall, key: 'attempts:all' };
  const overallCount = createCollectedCounter(rateLimiter, everybody, tell);

  return Object.freeze({
    async count(attempt: Attempt): Promise<AttemptAnswer> {
      overallCount.consume();
      return answerOf(await counting.consume(countersOf(attempt)));
    },

    reward(attempt: Attempt): Promise<void> {
      overallCount.reward();
      return counting.reward(countersOf(attempt));
    },

    flush: () => overallCount.flush(),
  });
}
