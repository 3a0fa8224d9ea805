import type { Language } from './languages.js';

/** One language of the switch. */
export interface LanguageChoice {
  readonly tag: string;
  /** In the language itself: `Deutsch`. */
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
  readonly href: string;
  readonly current: boolean;
}

/** The switch of a page in the language `locale`. `path`: where the page is shown by GET; `null`: nowhere. */
export function languageChoices(
  languages: readonly Language[],
  locale: string,
  path: string | null,
): readonly LanguageChoice[] {
  if (path === null) return [];
  return languages.map(({ tag, name, dir }) => ({
    tag,
    name,
    dir,
    href: `${path}${path.includes('?') ? '&' : '?'}locale=${tag}`,
    current: tag === locale,
  }));
}
