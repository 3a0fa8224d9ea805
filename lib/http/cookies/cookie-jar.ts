import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import type { Site } from '../../base/target.js';
import { cookiePlace } from './cookie-names.js';

/** The kit's cookies of one request and one flow. What is set is collected and written with the reply. */
export interface CookieJar {
  read(kind: 'plan' | 'arrival' | 'notice'): string | undefined;
  /** `seconds: null` lasts as long as the browser's session. */
  set(kind: 'plan' | 'arrival' | 'notice', value: string, seconds: number | null): void;
  clear(kind: 'plan' | 'arrival' | 'notice'): void;
  write(res: Response): void;
}

export function openCookieJar(site: Site, slug: string, req: Request): CookieJar {
  const sent = parse(req.headers.cookie ?? '');
  const written = new Map<string, string>();
  const put = (kind: 'plan' | 'arrival' | 'notice', value: string, seconds: number | null): void => {
    const { name, path } = cookiePlace(site, kind, slug);
    const life = seconds === null ? {} : { maxAge: seconds };
    written.set(name, serialize(name, value, { path, httpOnly: true, sameSite: 'lax', secure: site.secure, ...life }));
  };
  return {
    read: (kind) => {
      const { name } = cookiePlace(site, kind, slug);
      return Object.hasOwn(sent, name) ? sent[name] : undefined;
    },
    set: put,
    clear: (kind) => { put(kind, '', 0); },
    write: (res) => {
      for (const cookie of written.values()) res.append('Set-Cookie', cookie);
    },
  };
}
