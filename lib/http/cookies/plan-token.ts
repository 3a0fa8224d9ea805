import { digest128 } from '../../base/ids.js';
import type { Keyring } from '../../base/keyring.js';
import type { PlanToken } from '../../flow/plan.js';
import { readValue, signValue, type SignedValue } from './signed-value.js';

/** What a browser holds to reach its plan. The token itself is never stored: the plan's id is its hash. */
export interface HeldPlanToken extends PlanToken {
  /** True when it was made for this very request. */
  readonly fresh: boolean;
  /** Milliseconds since 1970, whole seconds. */
  readonly issuedAt: number;
  /** The secret that signed it, by its id. What the plan is compared by is signed under it in every process. */
  readonly secretId: string;
}

const format = { purpose: 'plan-token', seconds: 24 * 60 * 60 } as const;

/** `token` (128 random bits), the time of issue and a MAC over both and the flow. */
export function mintPlanToken(keyring: Keyring, slug: string, now: number, token: string): HeldPlanToken {
  return tokenOf(signValue(keyring, format, slug, token, now), true);
}

/**
 * The token that takes the place of `from`, for the same enrollment. Derived from what ended the old one, so that the
 * second of two clicks comes to the same; the old token alone does not tell it. It ends when the old one would have,
 * and is signed under the same secret, so that processes with different lists of secrets come to the same one.
 */
export function exchangePlanToken(
  keyring: Keyring,
  slug: string,
  from: Pick<HeldPlanToken, 'planId' | 'enrollmentId' | 'issuedAt' | 'secretId'>,
  cause: string,
): HeldPlanToken {
  const own = keyring.under(from.secretId);
  const token = own.sign('plan-token', JSON.stringify(['exchange', slug, from.planId, from.enrollmentId, cause]));
  return mintPlanToken(own, slug, from.issuedAt, token + from.enrollmentId);
}

/** A plan token of ours for this flow, at most 24 hours old; else `null`. */
export function readPlanToken(
  keyring: Keyring,
  slug: string,
  now: number,
  text: string | undefined,
): HeldPlanToken | null {
  const signed = readValue(keyring, format, slug, text, now);
  return signed !== null && tokens.test(signed.body) ? tokenOf(signed, false) : null;
}

const tokens = /^[A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{22})?$/;

/** A plan's first token names its enrollment by itself; one that was exchanged carries the enrollment's id. */
function tokenOf({ text, body, issuedAt, secretId }: SignedValue, fresh: boolean): HeldPlanToken {
  const planId = digest128(text);
  return { planId, enrollmentId: body.length > 22 ? body.slice(22) : planId, text, fresh, issuedAt, secretId };
}
