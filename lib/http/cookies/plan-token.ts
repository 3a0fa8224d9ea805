import { digest128 } from '../../base/ids.js';
import type { Keyring } from '../../base/keyring.js';
import { remembered } from '../../base/remembered.js';
import type { PlanToken } from '../../flow/plan.js';
import { isInTime, readValue, signValue, verifiedValue, type SignedValue } from './signed-value.js';

/** The token by which a browser refers to its plan. The token itself is never stored: the plan's id is its hash. */
export interface HeldPlanToken extends PlanToken {
  /** True if it was created for this request. */
  readonly fresh: boolean;
  /** Milliseconds since 1970, whole seconds. */
  readonly issuedAt: number;
  /** The id of the secret that signed it. Every process signs the plan's comparison value under this secret. */
  readonly secretId: string;
}

/** How long a plan token is valid, and the tokens that replace it, in seconds. */
export const planTokenSeconds = 24 * 60 * 60;

const format = { purpose: 'plan-token', seconds: planTokenSeconds } as const;

/** `token` (128 random bits), the time of issue and a MAC over both and the flow. */
export function mintPlanToken(keyring: Keyring, slug: string, now: number, token: string): HeldPlanToken {
  return tokenOf(signValue(keyring, format, slug, token, now), true);
}

/**
 * The token that replaces `from` for the same enrollment. It is derived from the event that ended the old token, so
 * that the second of two clicks yields the same token; the old token alone does not reveal it. It expires when the old
 * token would have, and is signed under the same secret, so that processes with different lists of secrets derive the
 * same token.
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

/**
 * The token of the plan that begins in the flow `slug` because another flow ended for it. As for an exchange, it is
 * derived from the form that ended that flow, and keeps the enrollment.
 */
export function handOverPlanToken(
  keyring: Keyring,
  slug: string,
  from: Pick<HeldPlanToken, 'planId' | 'enrollmentId' | 'issuedAt' | 'secretId'> & { readonly flow: string },
  cause: string,
): HeldPlanToken {
  const own = keyring.under(from.secretId);
  const covered = ['hand over', from.flow, slug, from.planId, from.enrollmentId, cause];
  return mintPlanToken(own, slug, from.issuedAt, own.sign('plan-token', JSON.stringify(covered)) + from.enrollmentId);
}

/** Returns a valid plan token for this flow that is at most 24 hours old; otherwise `null`. */
export function readPlanToken(
  keyring: Keyring,
  slug: string,
  now: number,
  text: string | undefined,
): HeldPlanToken | null {
  if (text === undefined) return null;
  // A slug contains no blank.
  const token = verifierOf(keyring)(`${slug} ${text}`);
  return token !== null && isInTime(format, token, now) ? token : null;
}

/**
 * Every request of a plan presents the same token, and its MAC takes longer than anything else that is read of a
 * request. Tokens of as many visitors as begin a flow in a few minutes, about half a megabyte.
 */
const mostVerified = 1000;
const verifiers = new WeakMap<Keyring, (slugAndText: string) => HeldPlanToken | null>();

function verifierOf(keyring: Keyring): (slugAndText: string) => HeldPlanToken | null {
  const present = verifiers.get(keyring);
  if (present !== undefined) return present;
  const made = remembered(mostVerified, (slugAndText) => {
    const blank = slugAndText.indexOf(' ');
    const signed = verifiedValue(keyring, format, slugAndText.slice(0, blank), slugAndText.slice(blank + 1));
    return signed !== null && tokens.test(signed.body) ? tokenOf(signed, false) : null;
  });
  verifiers.set(keyring, made);
  return made;
}

const bearerFormat = { purpose: 'plan-bearer', seconds: planTokenSeconds } as const;

/** What the token of a client without cookies says. */
export interface BearerToken {
  /** The text of the plan's token, as a cookie would have it. */
  readonly text: string;
  /** The mark of the link that the plan began with; `null`: with none. */
  readonly mark: string | null;
}

/**
 * The token by which a client without cookies names a plan, from the text of the plan's cookie; `null`: that is none.
 * Neither is of use in place of the other: a cookie that leaked is no bearer token, which needs no CSRF value. `mark`: of
 * the link that the plan began with, which a browser has in a cookie of its own.
 */
export function bearerTokenOf(keyring: Keyring, slug: string, now: number, { text, mark }: BearerToken): string | null {
  const signed = readValue(keyring, format, slug, text, now);
  if (signed === null) return null;
  const { body, ...from } = signed;
  return signedAgain(keyring, bearerFormat, slug, { ...from, body: mark === null ? body : `${body}.${mark}` });
}

/** Reads the token that a client without cookies sent; `null`: it is no valid one. */
export function readBearerToken(keyring: Keyring, slug: string, now: number, bearer: string): BearerToken | null {
  const signed = readValue(keyring, bearerFormat, slug, bearer, now);
  if (signed === null) return null;
  const [body = '', mark = null] = signed.body.split('.');
  return { text: signedAgain(keyring, format, slug, { ...signed, body }), mark };
}

function signedAgain(
  keyring: Keyring,
  as: Pick<typeof format | typeof bearerFormat, 'purpose'>,
  slug: string,
  { body, issuedAt, secretId }: SignedValue,
): string {
  return signValue(keyring.under(secretId), as, slug, body, issuedAt).text;
}

const tokens = /^[A-Za-z0-9_-]{22}(?:[A-Za-z0-9_-]{22})?$/;

/** A plan's first token identifies its enrollment; an exchanged token carries the enrollment's id. */
function tokenOf({ text, body, issuedAt, secretId }: SignedValue, fresh: boolean): HeldPlanToken {
  const planId = digest128(text);
  return { planId, enrollmentId: body.length > 22 ? body.slice(22) : planId, text, fresh, issuedAt, secretId };
}
