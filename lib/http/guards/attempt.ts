import type { Request, Response } from 'express';
import type { Keyring } from '../../base/keyring.js';
import { planLimits } from '../../flow/plan.js';
import type { CookieJar } from '../cookies/cookie-jar.js';
import { mintPlanToken, readPlanToken } from '../cookies/plan-token.js';
import { readValue, signValue } from '../cookies/signed-value.js';
import { formOrigin } from '../posted-form.js';
import type { GuardParts } from './guard-settings.js';

/** One browser's attempt to create one account, as its cookie identifies it. Like a plan token, it is never stored. */
export interface Attempt {
  /** The cookie's value without the marker of a finished attempt. */
  readonly planToken: string;
  readonly id: string;
  /** The id of the secret that signed it. Every process signs the forms' comparison values under this secret. */
  readonly secretId: string;
  /** When the attempt created an account, in milliseconds since 1970; `null` while it is open. */
  readonly finishedAt: number | null;
}

/** How long an exact repetition of a form gets the form's own answer: a second click, a reload of the answer. */
export const repetitionSeconds = planLimits.receiptSeconds;

// No flow has this slug, so a guard's token is never a flow's.
const slug = '';
/** The cookie of a finished attempt contains the attempt's token, signed again with the time when it finished. */
const finishedFormat = { purpose: 'attempt', seconds: repetitionSeconds } as const;

function mintAttempt(keyring: Keyring, now: number, token: string): Attempt {
  const { text, planId, secretId } = mintPlanToken(keyring, slug, now, token);
  return { planToken: text, id: planId, secretId, finishedAt: null };
}

/**
 * Returns a valid attempt that is open and at most 24 hours old, or that finished within the last two minutes;
 * otherwise `null`.
 */
function readAttempt(keyring: Keyring, now: number, cookie: string | undefined): Attempt | null {
  const finished = readValue(keyring, finishedFormat, '', cookie, now);
  const planToken = readPlanToken(keyring, slug, now, finished?.body ?? cookie);
  if (planToken === null) return null;
  const { text, planId, secretId } = planToken;
  return { planToken: text, id: planId, secretId, finishedAt: finished?.issuedAt ?? null };
}

/** The cookie's value after the attempt has created an account. Repeated answers do not extend the two minutes. */
function finishedCookie(keyring: Keyring, attempt: Attempt, now: number): string {
  return signValue(keyring, finishedFormat, '', attempt.planToken, attempt.finishedAt ?? now).text;
}

type Parts = Pick<GuardParts<unknown>, 'keyring' | 'clock' | 'token' | 'cookies'>;

/** Adds a jar's cookies to a response that the app sends. A newer cookie replaces an existing one of the same name. */
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

/** The attempt under which a form was submitted. A browser without one gets one for its next try. */
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

/** Opening the form begins an attempt unless one is open: a finished attempt may belong to another person. */
export function openAttempt({ keyring, clock, token, cookies }: Parts, req: Request, res: Response): void {
  const jar = cookies(null, req);
  const now = clock.now();
  const known = readAttempt(keyring, now, jar.read('attempt'));
  if (known?.finishedAt === null) return;
  jar.set('attempt', mintAttempt(keyring, now, token()).planToken, null);
  putCookies(res, jar);
}

/** Removes the entry link: its code is used. */
export function dropEntryLink({ cookies }: Pick<Parts, 'cookies'>, req: Request, res: Response): void {
  const jar = cookies(null, req);
  if (jar.read('entry') === undefined) return;
  jar.clear('entry');
  putCookies(res, jar);
}

/** Marks the attempt as finished and removes the entry link. */
export function finishAttempt({ keyring, clock, cookies }: Parts, attempt: Attempt, req: Request, res: Response): void {
  const jar = cookies(null, req);
  jar.set('attempt', finishedCookie(keyring, attempt, clock.now()), null);
  if (jar.read('entry') !== undefined) jar.clear('entry');
  putCookies(res, jar);
}

/** Removes the attempt when the user signs out, so that it grants nothing afterwards. */
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
 * True if the browser reports that another site sent the form, by the same rule as for the flows' forms. These forms
 * have no signature: if the browser hides the origin (`null`), the attempt's cookie must be present, which is never
 * sent with another site's form (`SameSite=Lax`). A request that no browser sent has no origin.
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
