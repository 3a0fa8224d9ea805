import { message, minutesOf, type Message } from '../base/message.js';
import type { EventFacts, EventSink } from '../ports/events.js';
import type { SecondFactorAttempts } from '../ports/limits.js';
import type { Profiles } from '../ports/profiles.js';
import type { Reputation } from '../ports/reputation.js';
import type { SecondFactorAnswer } from '../ports/second-factors.js';
import { pace as onTheGrid, type Pace } from './credentials-pace.js';
import { loginNameOf } from './login-name.js';

export interface FactorLimitParts {
  readonly profiles: Profiles;
  readonly attempts: SecondFactorAttempts;
  /** Left out: nothing is counted. */
  readonly reputation?: Reputation;
  readonly events: EventSink;
  /** When a refused visitor gets the answer; default: at the next multiple of 250 ms since the request. */
  readonly pace?: Pace;
}

/** Whose authenticator it was, and which. */
export interface FactorProof {
  readonly userId: string;
  readonly authenticator: string;
}

interface FactorAttempt {
  /** `null`: the proof says who it is. */
  readonly userId: string | null;
  readonly enrollmentId: string;
  readonly address: string;
}

interface Refusal {
  readonly cause: Extract<EventFacts['login.failed']['cause'], 'second_factor' | 'passkey'>;
  readonly message: Message;
}

type LimitedAnswer = (FactorProof & { readonly type: 'right' }) | Exclude<SecondFactorAnswer, { type: 'right' }>;

/** Counts the attempts at a proof; a right one is taken out of the count. */
type FactorLimit = (
  attempt: FactorAttempt,
  refusal: Refusal,
  prove: () => Promise<FactorProof | null>,
) => Promise<LimitedAnswer>;

export function createFactorLimit(parts: FactorLimitParts): FactorLimit {
  const { attempts, events, profiles, reputation, pace = onTheGrid } = parts;

  /** The name whose reputation the proof concerns. */
  async function nameOf(userId: string | null): Promise<{ readonly name?: string }> {
    const profile = userId === null || reputation === undefined ? null : await profiles.find(userId);
    const name = loginNameOf(profile?.username ?? profile?.email ?? '', ['username', 'email']);
    return name === null ? {} : { name: name.canonical };
  }

  return async ({ userId, enrollmentId, address }, { cause, message: refusal }, prove) => {
    const startedAtMs = performance.now();
    const attempt = { userId, enrollmentId, address };
    const counted = await attempts.consume(attempt);
    if (counted.over) {
      const { retryAfterSeconds } = counted;
      const minutes = minutesOf(retryAfterSeconds);
      return { type: 'throttled', message: message('users.too_many_attempts', { minutes }), retryAfterSeconds };
    }
    const proof = await prove().catch(async (error: unknown) => {
      // Nothing was compared: an unavailable store must not lock a user out afterwards.
      await attempts.reward(attempt).catch(() => undefined);
      throw error;
    });
    if (proof !== null) {
      await attempts.reward(attempt);
      // A second factor follows a password, which has counted already.
      if (userId === null) await reputation?.record({ address, ...(await nameOf(proof.userId)) }, 1);
      return { type: 'right', ...proof };
    }
    events({ type: 'login.failed', plan: enrollmentId, cause, user: userId });
    await reputation?.record({ address, ...(await nameOf(userId)) }, -1);
    await pace(startedAtMs);
    return { type: 'wrong', message: refusal };
  };
}
