import type { Request } from 'express';
import type { Site } from '../../base/target.js';
import { hostCookies } from '../cookies/cookie-terms.js';
import { repeatableSeconds } from '../../sources/repeated-answer.js';
import type { AttemptCookie } from '../../ports/source.js';

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
  /** Ends all running attempts, so that the next user of the browser cannot finish them. */
  endAll(): readonly string[];
}

export function sourceCookies(site: Site, req: Request): SourceCookies {
  const cookies = hostCookies(site, 'source');
  const endAll = (): readonly string[] => cookies.tags(req).map((tag) => cookies.gone(tag));
  return {
    read: (tag) => cookies.read(req, tag),
    begin({ tag, value, seconds }) {
      const tooMany = cookies.tags(req).length >= mostAttempts ? endAll() : [];
      return [...tooMany, cookies.line(value, seconds, tag)];
    },
    endAll,
    shorten(tag) {
      const value = cookies.read(req, tag);
      return value === undefined ? [] : [cookies.line(value, repeatableSeconds, tag)];
    },
    end: (tag) => (tag === null ? [] : [cookies.gone(tag)]),
  };
}
