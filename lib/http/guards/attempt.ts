import type { Request, Response } from 'express';
import type { Keyring } from '../../base/keyring.js';
import type { CookieJar } from '../cookies/cookie-jar.js';
import { mintPlanToken, readPlanToken } from '../cookies/plan-token.js';
import { readValue, signValue } from '../cookies/signed-value.js';
import { formOrigin } from '../origin.js';
import type { GuardParts } from './guard-parts.js';
import { repetitionSeconds } from './repeated-form.js';

/** One browser's attempt to make one account, as its cookie tells. Like a plan's handle it is never stored. */
export interface Attempt {
  /** The cookie's value without the mark of being finished. */
  readonly planToken: string;
  readonly id: string;
  /** The secret that signed it, by its id; what its forms are compared by is signed under it in every process. */
  readonly secretId: string;
  /** When it led to an account, in milliseconds since 1970; `null` while it is open. */
  readonly finishedAt: number | null;
}

// No flow has this slug, so a guard's token is never a flow's.
const slug = '';
/** What a finished attempt holds is the attempt's token, signed once more with the time of its end. */
const finishedFormat = { purpose: 'attempt', seconds: repetitionSeconds } as const;

function mintAttempt(keyring: Keyring, now: number, token: string): Attempt {
  const { text, planId, secretId } = mintPlanToken(keyring, slug, now, token);
  return { planToken: text, id: planId, secretId, finishedAt: null };
}

/** An attempt of ours, at most 24 hours old and open, or finished within the last two minutes; else `null`. */
function readAttempt(keyring: Keyring, now: number, cookie: string | undefined): Attempt | null {
  const finished = readValue(keyring, finishedFormat, '', cookie, now);
  const planToken = readPlanToken(keyring, slug, now, finished?.body ?? cookie);
  if (planToken === null) return null;
  const { text, planId, secretId } = planToken;
  return { planToken: text, id: planId, secretId, finishedAt: finished?.issuedAt ?? null };
}

/** The cookie's value once the attempt has led to an account. Answering again does not lengthen the grace. */
function finishedCookie(keyring: Keyring, attempt: Attempt, now: number): string {
  return signValue(keyring, finishedFormat, '', attempt.planToken, attempt.finishedAt ?? now).text;
}

type Parts = Pick<GuardParts<unknown>, 'keyring' | 'clock' | 'token' | 'cookies'>;

/** Puts a jar's cookies on a response whose answer is the app's. One that is there already gives way to the newer. */
function putCookies(res: Response, jar: CookieJar): void {
  if (res.headersSent) return;
  const lines = jar.lines();
  const names = lines.map(nameOf);
  const others = [res.getHeader('Set-Cookie') ?? []]
    .flat()
    .map(String)
    .filter((line) => !names.includes(nameOf(line)));
  if (lines.length > 0) res.setHeader('Set-Cookie', [...others, ...lines]);
}

/** The attempt that a form was sent under. A browser that brings none gets one, for its next try. */
export function attemptOf({ keyring, clock, token, cookies }: Parts, req: Request, res: Response): Attempt {
  const jar = cookies(null, req);
  const now = clock.now();
  const known = readAttempt(keyring, now, jar.read('attempt'));
  if (known !== null) return known;
  const fresh = mintAttempt(keyring, now, token());
  jar.set('attempt', fresh.planToken, null);
  putCookies(res, jar);
  return fresh;
}

/** Opening the form begins an attempt, unless one is open: a finished attempt may be another person's. */
export function openAttempt({ keyring, clock, token, cookies }: Parts, req: Request, res: Response): void {
  const jar = cookies(null, req);
  const now = clock.now();
  const known = readAttempt(keyring, now, jar.read('attempt'));
  if (known?.finishedAt === null) return;
  jar.set('attempt', mintAttempt(keyring, now, token()).planToken, null);
  putCookies(res, jar);
}

/** Marks the attempt as finished, and drops what a link brought for it. */
export function finishAttempt({ keyring, clock, cookies }: Parts, attempt: Attempt, req: Request, res: Response): void {
  const jar = cookies(null, req);
  jar.set('attempt', finishedCookie(keyring, attempt, clock.now()), null);
  if (jar.read('entry') !== undefined) jar.clear('entry');
  putCookies(res, jar);
}

/** Ends what the browser's attempt would still allow; for signing out. */
export function forgetAttempt({ cookies }: Pick<Parts, 'cookies'>, req: Request, res: Response): void {
  const jar = cookies(null, req);
  if (jar.read('attempt') === undefined) return;
  jar.clear('attempt');
  putCookies(res, jar);
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf('='));
}

/**
 * True when the browser says that another site has sent the form, by the rule of the flows' forms. Their signature is
 * not here: where the browser hides the origin (`null`), the attempt's cookie must be there, which is never sent along
 * with another site's form (`SameSite=Lax`). What no browser has sent has no origin at all.
 */
export function isForeignForm(
  parts: Parts & Pick<GuardParts<unknown>, 'site' | 'development' | 'warnOnce'>,
  req: Request,
): boolean {
  const said = formOrigin(parts, req);
  if (said !== 'unknown') return said === 'foreign';
  if (req.headers.origin === undefined) return false;
  return readAttempt(parts.keyring, parts.clock.now(), parts.cookies(null, req).read('attempt')) === null;
}
