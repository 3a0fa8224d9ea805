import { digest128 } from '../../base/ids.js';
import type { Keyring } from '../../base/keyring.js';
import type { PlanToken } from '../../flow/plan.js';

/** What a browser holds to get at its plan. The handle itself is never stored: the plan's id is its hash. */
export interface HeldPlanToken extends PlanToken {
  /** True when it was made for this very request. */
  readonly fresh: boolean;
  /** Milliseconds since 1970, whole seconds. */
  readonly issuedAt: number;
  /** The secret that signed it, by its id. What the plan is compared by is signed under it in every process. */
  readonly secretId: string;
}

const lifeSeconds = 24 * 60 * 60;

/** `token` (128 random bits), the time of issue and a MAC over both and the flow. */
export function mintPlanToken(keyring: Keyring, slug: string, now: number, token: string): HeldPlanToken {
  const seconds = Math.floor(now / 1000);
  const body = `${token}.${seconds.toString(36)}`;
  const text = `${body}.${keyring.sign('handle', `${slug}.${body}`)}`;
  return { ...idsOf(text, token), text, fresh: true, issuedAt: seconds * 1000, secretId: keyring.ids[0] ?? '' };
}

/**
 * The handle that takes the place of `from`, for the same enrollment. Derived from what ended the old one, so that the
 * second of two clicks comes to the same; the old handle alone does not tell it. It ends when the old one would have,
 * and is signed under the same secret, so that processes with different lists of secrets come to the same one.
 */
export function exchangePlanToken(
  keyring: Keyring,
  slug: string,
  from: Pick<HeldPlanToken, 'planId' | 'enrollmentId' | 'issuedAt' | 'secretId'>,
  cause: string,
): HeldPlanToken {
  const own = keyring.under(from.secretId);
  const token = own.sign('handle', JSON.stringify(['exchange', slug, from.planId, from.enrollmentId, cause]));
  return mintPlanToken(own, slug, from.issuedAt, token + from.enrollmentId);
}

/** A plan's first handle names its enrollment by itself; one that was exchanged carries the enrollment's id. */
function idsOf(text: string, token: string): Pick<PlanToken, 'planId' | 'enrollmentId'> {
  const planId = digest128(text);
  return { planId, enrollmentId: token.length > 22 ? token.slice(22) : planId };
}

/** A handle of ours for this flow, at most 24 hours old; else `null`. */
export function readPlanToken(
  keyring: Keyring,
  slug: string,
  now: number,
  text: string | undefined,
): HeldPlanToken | null {
  const parts = /^(([A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{22})?)\.([0-9a-z]{1,9}))\.([A-Za-z0-9_-]{22})$/.exec(text ?? '');
  const [whole, body, token, issued, mac] = parts ?? [];
  if (whole === undefined || body === undefined || token === undefined || issued === undefined || mac === undefined)
    return null;
  const seconds = Number.parseInt(issued, 36);
  const age = now / 1000 - seconds;
  // A minute of tolerance: another process of the app may have issued it by a clock that is ahead.
  if (age > lifeSeconds || age < -60) return null;
  const secretId = keyring.signedBy('handle', `${slug}.${body}`, mac);
  if (secretId === null) return null;
  return { ...idsOf(whole, token), text: whole, fresh: false, issuedAt: seconds * 1000, secretId };
}
