import { digest128 } from '../base/ids.js';
import type { PasswordAttempt, PasswordAttempts } from '../ports/limits.js';
import type { RateLimit, RateLimits } from '../ports/rate-limits.js';
import {
  createCollectedCounter,
  answerOf,
  counterOf,
  createCounting,
  reportThrottled,
  type Counter,
  type LimitParts,
  type Passed,
} from './limits.js';

/**
 * How long an address counts as known after a sign-in: at least this long after the last one, at most twice as long.
 */
const knownClientSeconds = 30 * 24 * 60 * 60;
/** Three windows of twice that length alternate: two may be about to end, and none of them can be extended. */
const turns = [0, 1, 2] as const;
const planSeconds = 60 * 60;

/**
 * Counts wrong passwords per user, per client and in total. Windows are fixed: attempts during a closed window do not
 * extend it. Guesses at another user's name close it for unknown clients only: an address from which the user has
 * signed in within the last 30 days has a separate counter.
 */
export function createPasswordAttempts({
  rateLimiter,
  events,
  perSubject,
  perClient,
  overall,
}: RateLimits['passwords'] & LimitParts): PasswordAttempts & {
  flush(): Promise<void>;
} {
  const everybody: Counter = { name: 'overall', limit: overall, key: 'passwords:all' };
  const counter = (name: string, limit: RateLimit, of: string): Counter => counterOf('passwords', name, limit, of);
  const subjectOf = ({ subject }: PasswordAttempt): Counter => counter('subject', perSubject, subject);
  const clientOf = ({ address }: PasswordAttempt): Counter => counter('client', perClient, address);
  const pairOf = ({ subject, address }: PasswordAttempt): Counter =>
    counter('pair', perSubject, JSON.stringify([subject, address]));
  const knownClientKeys = (attempt: PasswordAttempt): readonly string[] =>
    turns.map((turn) => `${pairOf(attempt).key}:familiar:${String(turn)}`);
  const tell = reportThrottled(events, 'login.throttled');
  const counting = createCounting(rateLimiter, tell);
  const overallCount = createCollectedCounter(rateLimiter, everybody, tell);

  async function isKnownClient(attempt: PasswordAttempt): Promise<boolean> {
    const counts = await Promise.all(knownClientKeys(attempt).map((key) => rateLimiter.get(key)));
    return counts.some(({ taken }) => taken > 0);
  }

  async function closed(
    attempt: PasswordAttempt,
    subject: Counter,
    passed: readonly Passed[],
  ): Promise<readonly Passed[]> {
    if (passed.length !== 1 || passed[0]?.counter !== subject) return passed;
    if (!(await isKnownClient(attempt))) return passed;
    return counting.consume([pairOf(attempt)]);
  }

  return Object.freeze<PasswordAttempts & { flush(): Promise<void> }>({
    async consume(attempt) {
      overallCount.consume();
      const subject = subjectOf(attempt);
      const passed = await counting.consume([subject, clientOf(attempt)]);
      return answerOf(await closed(attempt, subject, passed));
    },

    reward(attempt) {
      overallCount.reward();
      return counting.reward([subjectOf(attempt), clientOf(attempt), pairOf(attempt)]);
    },

    async rememberClient(attempt) {
      for (const key of knownClientKeys(attempt)) {
        const { endsInSeconds } = await rateLimiter.consume(key, 2 * knownClientSeconds);
        if (endsInSeconds > knownClientSeconds) return;
      }
    },

    isKnownClient,

    async recordFailure(planId) {
      const { taken } = await rateLimiter.consume(`passwords:plan:${digest128(planId)}`, planSeconds);
      return taken;
    },

    flush: () => overallCount.flush(),
  });
}
