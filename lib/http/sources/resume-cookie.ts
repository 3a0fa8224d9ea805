import type { Request, Response } from 'express';
import { isJsonObject } from '../../base/json.js';
import { hostCookies } from '../cookies/cookie-terms.js';
import { readValue, signValue } from '../cookies/signed-value.js';
import type { Web } from '../web.js';
import { nowhere, resumeJson, resumeOf, type Resume } from './resume.js';

const format = { purpose: 'resume', seconds: 3600 } as const;

type Parts = Pick<Web, 'site' | 'keyring' | 'clock'>;

/**
 * Where a sign-in began that the app runs itself: its callback knows nothing of ours, so a signed cookie keeps it for an
 * hour. One for each source.
 */
export function keepResume({ site, keyring, clock }: Parts, slug: string, res: Response, resume: Resume): void {
  const body = Buffer.from(JSON.stringify(resumeJson(resume))).toString('base64url');
  const { text } = signValue(keyring, format, slug, body, clock.now());
  res.append('Set-Cookie', hostCookies(site, 'resume').line(text, format.seconds, slug));
}

/** What was kept; it is gone from the browser then. */
export function takeResume({ site, keyring, clock }: Parts, slug: string, req: Request, res: Response): Resume {
  const cookies = hostCookies(site, 'resume');
  const value = cookies.read(req, slug);
  if (value === undefined) return nowhere;
  res.append('Set-Cookie', cookies.gone(slug));
  const signed = readValue(keyring, format, slug, value, clock.now());
  if (signed === null) return nowhere;
  const kept: unknown = JSON.parse(Buffer.from(signed.body, 'base64url').toString('utf8'));
  return isJsonObject(kept) ? resumeOf(site, kept) : nowhere;
}

/** Clears the resume cookies, so that the next user of the browser cannot continue what was begun before. */
export function forgetResumes({ site }: Pick<Web, 'site'>, req: Request, res: Response): void {
  const cookies = hostCookies(site, 'resume');
  for (const slug of cookies.tags(req)) res.append('Set-Cookie', cookies.gone(slug));
}
