import type { Keyring } from '../../base/keyring.js';
import { mintPlanToken, readPlanToken } from '../cookies/plan-token.js';
import { formText } from './form-text.js';
import { repetitionSeconds } from './repeated-form.js';

/** One browser's attempt to make one account, as its cookie tells. Like a plan's handle it is never stored. */
export interface Attempt {
  /** The cookie's value without the mark of being finished. */
  readonly planToken: string;
  readonly id: string;
  /** The secret that signed it, by its id; what its forms are compared by is signed under it in every process. */
  readonly secretId: string;
  /** When it led to an account, in seconds since 1970; `null` while it is open. */
  readonly finishedAt: number | null;
}

// No flow has this slug, so a guard's handle is never a flow's.
const slug = '';

export function mintAttempt(keyring: Keyring, now: number, token: string): Attempt {
  const { text, planId, secretId } = mintPlanToken(keyring, slug, now, token);
  return { planToken: text, id: planId, secretId, finishedAt: null };
}

/** An attempt of ours, at most 24 hours old and open, or finished within the last two minutes; else `null`. */
export function readAttempt(keyring: Keyring, now: number, cookie: string | undefined): Attempt | null {
  const [, text, finished, mac] =
    /^([^.]+\.[^.]+\.[^.]+)(?:\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22}))?$/.exec(cookie ?? '') ?? [];
  const planToken = readPlanToken(keyring, slug, now, text);
  if (planToken === null) return null;
  const attempt = { planToken: planToken.text, id: planToken.planId, secretId: planToken.secretId };
  if (finished === undefined || mac === undefined) return { ...attempt, finishedAt: null };
  const finishedAt = Number.parseInt(finished, 36);
  const age = now / 1000 - finishedAt;
  // A minute of tolerance for the clock of another process, as with handles.
  if (age > repetitionSeconds || age < -60 || !keyring.verify('attempt', `${planToken.text}.${finished}`, mac))
    return null;
  return { ...attempt, finishedAt };
}

/** The cookie's value once the attempt has led to an account. Answering again does not lengthen the grace. */
export function finishedCookie(keyring: Keyring, attempt: Attempt, now: number): string {
  const at = (attempt.finishedAt ?? Math.floor(now / 1000)).toString(36);
  return `${attempt.planToken}.${at}.${keyring.sign('attempt', `${attempt.planToken}.${at}`)}`;
}

/**
 * What one account is made under: everything that was sent, from this browser. What differs in any field, a password
 * too, is another enrollment, so that a second person in this browser never gets the first one's account. Keyed: without
 * the app's secret it tells nothing about the fields.
 */
export function enrollmentIdOf(keyring: Keyring, attempt: Attempt, form: readonly unknown[]): string {
  return keyring.under(attempt.secretId).sign('form', JSON.stringify(['guard', attempt.planToken, formText(form)]));
}

/** The name that an account is made under, as the same attempt's other forms have it; `null` where there is none. */
export function accountDigest(keyring: Keyring, attempt: Attempt, code: string, account: unknown): string | null {
  if (account === null || account === undefined) return null;
  return keyring
    .under(attempt.secretId)
    .sign('form', JSON.stringify(['account', attempt.planToken, code, formText(account)]));
}
