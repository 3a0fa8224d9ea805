import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import type { Site } from '../../base/target.js';
import { repeatableSeconds } from '../../sources/repeated-answer.js';
import type { AttemptCookie } from '../../ports/source.js';

/** More in one browser are given up, oldest or not: a header has an end. */
const mostAttempts = 20;

/**
 * The cookies that bind sign-ins at providers to the browser that began them: one each, so that ten tabs do not meet.
 * `Lax`, because the provider sends the browser back from its own site. The callback's path is the app's to choose, so
 * they have the path `/`.
 */
interface SourceCookies {
  read(tag: string): string | undefined;
  /** `Set-Cookie` lines for a new sign-in. */
  begin(cookie: AttemptCookie): readonly string[];
  end(tag: string | null): readonly string[];
  /** Keeps an attempt's cookie for as long as the same answer is answered again. */
  shorten(tag: string): readonly string[];
  /** Ends all attempts under way, so that the next user of the browser cannot finish them. */
  endAll(): readonly string[];
}

export function sourceCookies(site: Site, req: Request): SourceCookies {
  const sent = parse(req.headers.cookie ?? '');
  const prefix = `${site.secure ? '__Host-' : ''}enrollment.source.`;
  const terms = { path: '/', httpOnly: true, sameSite: 'lax', secure: site.secure } as const;
  const gone = (name: string): string => serialize(name, '', { ...terms, maxAge: 0 });
  const underWay = (): readonly string[] => Object.keys(sent).filter((name) => name.startsWith(prefix));
  return {
    read: (tag) => (Object.hasOwn(sent, prefix + tag) ? sent[prefix + tag] : undefined),
    begin({ tag, value, seconds }) {
      const earlier = underWay();
      const tooMany = earlier.length >= mostAttempts ? earlier.map(gone) : [];
      return [...tooMany, serialize(prefix + tag, value, { ...terms, maxAge: seconds })];
    },
    endAll: () => underWay().map(gone),
    shorten(tag) {
      const value = Object.hasOwn(sent, prefix + tag) ? sent[prefix + tag] : undefined;
      return value === undefined ? [] : [serialize(prefix + tag, value, { ...terms, maxAge: repeatableSeconds })];
    },
    end: (tag) => (tag === null ? [] : [gone(prefix + tag)]),
  };
}
