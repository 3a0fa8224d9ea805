import type { Request } from 'express';
import { isPromise } from '../base/awaitable.js';
import { fallbackTags } from '../base/language-tag.js';
import type { LocaleChoice } from '../options/pages.js';
import type { Pages } from '../pages/pages.js';
import type { EnrollmentLogger } from '../ports/log.js';

const mostTags = 50;

/**
 * The tag of a request's language, one of the app's languages or the default: never a language that the page's words
 * are not in. A function that throws, or whose result is no tag, is logged once: the same hook must not break an error
 * page.
 */
export function localeOf(
  { locale, defaultLocale }: { readonly locale: string | LocaleChoice | null; readonly defaultLocale: string },
  { languages, languageFor }: Pick<Pages, 'languages' | 'languageFor'>,
  log: EnrollmentLogger,
): (req: Request) => string {
  const choose = locale ?? (languages.length > 0 ? (req: Request) => req.acceptsLanguages() : defaultLocale);
  if (typeof choose === 'string') {
    const fixed = languageFor(choose) ?? choose;
    return () => fixed;
  }
  const otherwise = languageFor(defaultLocale) ?? defaultLocale;
  const defaultTag = defaultLocale.toLowerCase();
  let isReported = false;
  return (req) => {
    try {
      for (const tag of tagsOf(choose(req))) {
        const found = languageFor(tag) ?? (fallbackTags(tag).includes(defaultTag) ? defaultLocale : null);
        if (found !== null) return found;
      }
    } catch (error) {
      if (!isReported) log.error({ err: error }, 'the option locale failed; further failures are not logged');
      isReported = true;
    }
    return otherwise;
  };
}

/** @throws TypeError for a result that is no tag, no list and not empty */
function tagsOf(chosen: unknown): readonly string[] {
  if (chosen === undefined || chosen === null || chosen === false || chosen === '') return [];
  // Browsers and their users choose what a list from `Accept-Language` contains: what is no tag there is skipped.
  if (Array.isArray(chosen)) return chosen.slice(0, mostTags).filter((tag) => typeof tag === 'string');
  if (isPromise(chosen)) {
    chosen.then(undefined, () => undefined);
    throw new TypeError('the option locale returned a promise: a page does not wait for its language');
  }
  if (typeof chosen === 'string' && /^[\w-]{1,100}$/.test(chosen)) return [chosen];
  throw new TypeError('the option locale returned neither a language tag nor a list of them');
}
