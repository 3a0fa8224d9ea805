import { didYouMean } from '../../base/did-you-mean.js';
import { fallbackTags, likelyTag } from '../../base/language-tag.js';
import type { MessagesOption } from '../../base/texts/messages.js';
import { shippedTags } from './shipped-languages.js';

interface LocaleOptions {
  readonly messages?: MessagesOption | undefined;
  readonly languages?: readonly string[] | null | undefined;
  readonly defaultLocale?: string | null | undefined;
  readonly locale?: unknown;
}

/**
 * A default language without texts, and a `locale` that no visitor could get: English would be served under a wrong
 * `lang`, by which screen readers pronounce it.
 */
export function localeIssues({ messages = {}, languages, defaultLocale, locale }: LocaleOptions): readonly string[] {
  const own = Object.keys(messages).filter((tag) => typeof messages[tag] === 'object');
  const written = [...shippedTags(), ...own];
  // Texts without a tag are those of the default language, whatever it is.
  const hasPlain = own.length < Object.keys(messages).length;
  const defaultIssues = (option: string, tag: string): readonly string[] =>
    isOneOf(tag, written) || (hasPlain && hasName(tag))
      ? []
      : [
          `"${option}": there is no language "${tag}"${meant(tag, written)}; these ship with the kit: ${shippedTags().join(', ')}; texts of another one belong into "messages"`,
        ];
  if (typeof defaultLocale !== 'string') return typeof locale === 'string' ? defaultIssues('locale', locale) : [];
  const offered = [...(languages ?? []), ...own, defaultLocale];
  const isServed =
    typeof locale !== 'string' ||
    isOneOf(locale, offered) ||
    offered.some((tag) => likelyTag(tag) === likelyTag(locale) && likelyTag(tag) !== null);
  return [
    ...defaultIssues('defaultLocale', defaultLocale),
    ...(isServed
      ? []
      : [`"locale": the language "${locale}" is not offered${meant(locale, offered)}; see "languages"`]),
  ];
}

/** True for a tag, or one more special than, one of these. */
function isOneOf(tag: string, tags: readonly string[]): boolean {
  const known = new Set(tags.map((one) => one.toLowerCase()));
  return fallbackTags(tag).some((one) => known.has(one));
}

/** `zh-CN` means `zh-Hans`, and `pt` the Portuguese that there is. */
function meant(tag: string, tags: readonly string[]): string {
  const likely = likelyTag(tag);
  const same = likely === null ? undefined : tags.find((one) => likelyTag(one) === likely);
  return same === undefined ? didYouMean(tag, tags) : `; did you mean "${same}"?`;
}

function hasName(tag: string): boolean {
  return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }).of(tag) !== undefined;
}
