import type { Request, Response } from 'express';
import type { CookieJar } from '../cookies/cookie-jar.js';
import { finishedCookie, mintAttempt, readAttempt, type Attempt } from './attempt.js';
import type { GuardParts } from './guard-parts.js';

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
