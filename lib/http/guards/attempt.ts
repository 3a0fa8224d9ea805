import { digest128 } from '../../base/ids.js';
import type { Keyring } from '../../base/keyring.js';
import { mintHandle, readHandle } from '../cookies/handle.js';

/** One browser's attempt to make one account, as its cookie tells. Like a plan's handle it is never stored. */
export interface Attempt {
  /** The cookie's value without the mark of being finished. */
  readonly handle: string;
  readonly id: string;
  /** When it led to an account, in seconds since 1970; `null` while it is open. */
  readonly finishedAt: number | null;
}

/** How long a finished attempt still answers as itself: a double click, a reload of the answer. */
const graceSeconds = 120;

// No flow has this slug, so a guard's handle is never a flow's.
const slug = '';

export function mintAttempt(keyring: Keyring, now: number, token: string): Attempt {
  const { text, planId } = mintHandle(keyring, slug, now, token);
  return { handle: text, id: planId, finishedAt: null };
}

/** An attempt of ours, at most 24 hours old and open, or finished within the last two minutes; else `null`. */
export function readAttempt(keyring: Keyring, now: number, cookie: string | undefined): Attempt | null {
  const [, text, finished, mac] =
    /^([^.]+\.[^.]+\.[^.]+)(?:\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22}))?$/.exec(cookie ?? '') ?? [];
  const handle = readHandle(keyring, slug, now, text);
  if (handle === null) return null;
  const attempt = { handle: handle.text, id: handle.planId };
  if (finished === undefined || mac === undefined) return { ...attempt, finishedAt: null };
  const finishedAt = Number.parseInt(finished, 36);
  const age = now / 1000 - finishedAt;
  // A minute of tolerance for the clock of another process, as with handles.
  if (age > graceSeconds || age < -60 || !keyring.verify('attempt', `${handle.text}.${finished}`, mac)) return null;
  return { ...attempt, finishedAt };
}

/**
 * Whether an account of an earlier try may still be the answer, by how long ago its place was redeemed. The cookie alone
 * must not decide it: a copy that was taken beforehand looks as if its attempt were open. An unknown time is long ago.
 */
export function answersAgain(agoMs: number | null | undefined): boolean {
  return typeof agoMs === 'number' && agoMs <= graceSeconds * 1000;
}

/** The cookie's value once the attempt has led to an account. Answering again does not lengthen the grace. */
export function finishedCookie(keyring: Keyring, attempt: Attempt, now: number): string {
  const at = (attempt.finishedAt ?? Math.floor(now / 1000)).toString(36);
  return `${attempt.handle}.${at}.${keyring.sign('attempt', `${attempt.handle}.${at}`)}`;
}

/**
 * What one account is made under. The code and the account's name belong to it: what another person types in a second
 * tab of this browser, or an hour later, is another enrollment.
 */
export function enrollmentIdOf(attempt: Attempt, code: string, account: string | null): string {
  return digest128(JSON.stringify([attempt.handle, code, account]));
}
