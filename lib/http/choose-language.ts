import type { Request, Response } from 'express';
import { sendTo } from './headers.js';
import { shownNotice, writeNotice } from './notices.js';
import { queryOf } from './query.js';
import type { Visit } from './visit.js';
import type { Web } from './web.js';

// A year: the choice is a preference, and the cookie names nothing but a language.
const choiceSeconds = 365 * 24 * 60 * 60;

/**
 * Handles `?locale=`: keeps the choice in a cookie and redirects to the same address without it. Nothing else changes:
 * an unfinished flow continues in the other language. False where the address has no such parameter, or the app has one
 * language only.
 */
export function chooseLanguage(web: Web, path: string, req: Request, res: Response): boolean {
  const query = queryOf(req);
  if (!query.includes('locale=') || web.pages.languages.length < 2) return false;
  const pairs = query.split('&');
  const rest = pairs.filter((pair) => !pair.startsWith('locale='));
  if (rest.length === pairs.length) return false;
  const tag = web.pages.languageFor(new URLSearchParams(query).get('locale') ?? '');
  const [, slug = ''] = /^\/if\/flow\/([^/]+)\/?$/.exec(path) ?? [];
  const jar = web.cookies(web.flows.has(slug) ? slug : null, req);
  const notice = shownNotice(jar);
  if (notice !== null) writeNotice(jar, notice);
  if (tag !== null) jar.set('locale', tag, choiceSeconds);
  sendTo(res, `${web.site.mount}${path}${rest.length === 0 ? '' : `?${rest.join('&')}`}`, jar);
  return true;
}

/** A visit whose form asks for its page in another language; a language that the app does not offer changes nothing. */
export function inLanguage(visit: Visit, wanted: string): Visit {
  const { web, jar } = visit;
  const tag = web.pages.languages.length < 2 ? null : web.pages.languageFor(wanted);
  if (tag === null) return visit;
  jar.set('locale', tag, choiceSeconds);
  return { ...visit, locale: tag };
}

/**
 * The address of a page that a GET request answered, for a language switch; `null` for the answer to a form, and for an
 * address of a source, whose answer is used up.
 */
export function languagePathOf(web: Pick<Web, 'site'>, req: Request): string | null {
  const [path = ''] = req.url.split('?');
  const isShownAgain = /^\/(if\/flow|flows\/-)\//.test(path) && !/^\/if\/flow\/[^/]+\/source\//.test(path);
  return req.method === 'GET' && isShownAgain ? web.site.mount + path : null;
}
