import type { Request, Response } from 'express';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import { ownPath, type Site, type RedirectTarget } from '../../base/target.js';
import type { AttemptCookie } from '../../ports/source.js';
import { repeatableSeconds } from '../../sources/repeated-answer.js';
import { hostCookies } from '../cookies/cookie-terms.js';
import { readValue, signValue } from '../cookies/signed-value.js';
import type { Web } from '../web.js';

interface ResumedPlan {
  readonly flow: string;
  readonly id: string;
  readonly enrollmentId: string;
  /** The id of the secret that signed the plan's token. */
  readonly secretId: string;
  /** The key of the source stage that sent the visitor; `null`: a button that other sources stand beside. */
  readonly step: string | null;
}

/** Where a sign-in at a provider began, so that the visitor continues there. Never used unchecked from the wire. */
export interface Resume {
  readonly next: RedirectTarget | null;
  /** The plan that was under way; `null`: none was. */
  readonly plan: ResumedPlan | null;
  /** The flow on whose page it began, where that has no plan to continue. */
  readonly from: string | null;
}

export const nowhere: Resume = Object.freeze({ next: null, plan: null, from: null });

export function resumeJson({ next, plan, from }: Resume): JsonObject {
  return {
    ...(from === null ? {} : { from }),
    ...(next !== null && 'path' in next ? { next: next.path } : {}),
    ...(plan === null
      ? {}
      : {
          flow: plan.flow,
          plan: plan.id,
          enrollment: plan.enrollmentId,
          secret_id: plan.secretId,
          ...(plan.step === null ? {} : { step: plan.step }),
        }),
  };
}

/** Reads back what `resumeJson` wrote. */
export function resumeOf(site: Site, json: JsonObject | null): Resume {
  const { next, flow, plan, enrollment, secret_id: secretId, step, from } = json ?? {};
  return {
    next: ownPath(site, next),
    from: typeof from === 'string' ? from : null,
    plan:
      typeof flow === 'string' && typeof plan === 'string' && typeof enrollment === 'string'
        ? {
            flow,
            id: plan,
            enrollmentId: enrollment,
            secretId: typeof secretId === 'string' ? secretId : '',
            step: typeof step === 'string' ? step : null,
          }
        : null,
  };
}

const format = { purpose: 'resume', seconds: 3600 } as const;

type Parts = Pick<Web, 'site' | 'keyring' | 'clock'>;

/**
 * Stores where a sign-in began that the app runs itself: its callback carries no state of the kit, so a signed cookie
 * stores it for an hour. One cookie per source.
 */
export function keepResume({ site, keyring, clock }: Parts, slug: string, res: Response, resume: Resume): void {
  const body = Buffer.from(JSON.stringify(resumeJson(resume))).toString('base64url');
  const { text } = signValue(keyring, format, slug, body, clock.now());
  res.append('Set-Cookie', hostCookies(site, 'resume').line(text, format.seconds, slug));
}

/** Returns what was stored, and removes it from the browser. */
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

/**
 * When a browser has this many running attempts, a new one ends all of them, because the size of a header is limited.
 */
const mostAttempts = 20;

/**
 * The cookies that bind sign-ins at providers to the browser that began them: one per sign-in, so that several tabs do
 * not interfere. `Lax`, because the provider redirects the browser from its own site. The app chooses the callback's
 * path, so the cookies have the path `/`.
 */
interface SourceCookies {
  read(tag: string): string | undefined;
  /** `Set-Cookie` lines for a new sign-in. */
  begin(cookie: AttemptCookie): readonly string[];
  end(tag: string | null): readonly string[];
  /** Keeps an attempt's cookie for as long as a repetition of the same answer is accepted. */
  shorten(tag: string): readonly string[];
}

export function sourceCookies(site: Site, req: Request): SourceCookies {
  const cookies = hostCookies(site, 'source');
  return {
    read: (tag) => cookies.read(req, tag),
    begin({ tag, value, seconds }) {
      const running = cookies.tags(req);
      const ended = running.length >= mostAttempts ? running.map((one) => cookies.gone(one)) : [];
      return [...ended, cookies.line(value, seconds, tag)];
    },
    shorten(tag) {
      const value = cookies.read(req, tag);
      return value === undefined ? [] : [cookies.line(value, repeatableSeconds, tag)];
    },
    end: (tag) => (tag === null ? [] : [cookies.gone(tag)]),
  };
}

/**
 * Clears the cookies of all sign-ins at sources that are under way, so that the next user of the browser can neither
 * finish nor continue one.
 */
export function forgetSourceSignIns({ site }: Pick<Web, 'site'>, req: Request, res: Response): void {
  for (const cookies of [hostCookies(site, 'source'), hostCookies(site, 'resume')])
    for (const tag of cookies.tags(req)) res.append('Set-Cookie', cookies.gone(tag));
}
