import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import { isJsonObject } from '../../base/json.js';
import type { Web } from '../web.js';
import { nowhere, resumeJson, resumeOf, type Resume } from './resume.js';

const seconds = 3600;

type Sealing = Pick<Web, 'site' | 'keyring' | 'clock'>;

/**
 * Where a sign-in began that the app runs itself: its callback knows nothing of ours, so a signed cookie keeps it for an
 * hour. One for each source.
 */
export function keepResume({ site, keyring, clock }: Sealing, slug: string, res: Response, resume: Resume): void {
  const record = { ...resumeJson(resume), source: slug, until: clock.now() + seconds * 1000 };
  const body = Buffer.from(JSON.stringify(record)).toString('base64url');
  const value = `${body}.${keyring.sign('source', body)}`;
  res.append('Set-Cookie', serialize(nameOf(site.secure, slug), value, { ...terms(site.secure), maxAge: seconds }));
}

/** What was kept; it is gone from the browser then. */
export function takeResume({ site, keyring, clock }: Sealing, slug: string, req: Request, res: Response): Resume {
  const name = nameOf(site.secure, slug);
  const sent = parse(req.headers.cookie ?? '');
  const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
  if (value === undefined) return nowhere;
  res.append('Set-Cookie', serialize(name, '', { ...terms(site.secure), maxAge: 0 }));
  const [body = '', mac = ''] = value.split('.');
  if (!keyring.verify('source', body, mac)) return nowhere;
  const kept: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  if (!isJsonObject(kept) || kept['source'] !== slug) return nowhere;
  return typeof kept['until'] === 'number' && kept['until'] >= clock.now() ? resumeOf(site, kept) : nowhere;
}

/** Clears the resume cookies, so that the next user of the browser cannot continue what was begun before. */
export function forgetResumes({ site }: Pick<Web, 'site'>, req: Request, res: Response): void {
  const begun = Object.keys(parse(req.headers.cookie ?? '')).filter((name) => name.startsWith(nameOf(site.secure, '')));
  for (const name of begun) res.append('Set-Cookie', serialize(name, '', { ...terms(site.secure), maxAge: 0 }));
}

const nameOf = (secure: boolean, slug: string): string => `${secure ? '__Host-' : ''}enrollment.resume.${slug}`;

const terms = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const;
