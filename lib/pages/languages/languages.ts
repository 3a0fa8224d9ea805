import { configError } from '../../base/config-error.js';
import { canonicalTag, directionOf, fallbackTags, likelyTag } from '../../base/language-tag.js';
import type { Texts } from '../../base/message.js';
import type { MessagesOption } from '../../base/texts/messages.js';
import { createCatalogue, type Catalogue } from './catalogue.js';
import { onceForEach } from '../once-for-each.js';
import { messageIssues } from './message-issues.js';
import { shippedTexts } from './shipped-languages.js';

/** A language that visitors can choose. */
export interface Language {
  readonly tag: string;
  /** In the language itself: `Deutsch`. */
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
}

interface Languages {
  /** The texts of the default language. */
  readonly standard: Catalogue;
  /** The texts of every language but the default one, and of that one where it is a language of its own, by tag. */
  readonly catalogues: ReadonlyMap<string, Catalogue>;
  /** The languages that visitors can choose, the default one too. */
  readonly offered: readonly Language[];
  /** The tag of the default language. */
  readonly standardTag: string;
  /** The tag of the language that serves a requested tag; `null` if none does. `pt` serves `pt-BR`, `zh-Hans` `zh-CN`. */
  find(requested: string): string | null;
  /** Every text by id, in the language of this tag: its own, else the default ones. */
  textsIn(tag: string): Texts;
  /** The ids of which the language of this tag has no text of its own. */
  missingIn(tag: string): readonly string[];
}

export interface LanguagesOptions {
  readonly texts: Texts;
  /** The app's texts by id, and languages by tag. A sentence that a language lacks has its default text. */
  readonly messages?: MessagesOption | undefined;
  /** The tags of the languages that ship with the kit and that this app offers. */
  readonly languages?: readonly string[] | null | undefined;
  /** The tag of the default language. */
  readonly defaultLocale?: string | undefined;
  /** What `{brand}` stands for, in every text. */
  readonly brandName?: string | undefined;
  /** Called once for each id that has no text. */
  readonly missing?: ((id: string) => void) | undefined;
}

/** The tag of the default language, as the options say: `en`, or the first of `languages` where those lack it. */
export function defaultLocaleOf({
  languages,
  defaultLocale,
  locale,
}: {
  readonly languages?: readonly string[] | null | undefined;
  readonly defaultLocale?: string | null | undefined;
  readonly locale?: unknown;
}): string {
  if (typeof defaultLocale === 'string') return defaultLocale;
  if (typeof locale === 'string') return locale;
  const offered = languages ?? [];
  return offered.some((tag) => tag.toLowerCase() === 'en') ? 'en' : (offered[0] ?? 'en');
}

/**
 * A catalogue for each language, complete from the start: nothing is looked up in two languages for a page.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake in `issues`
 */
export function createLanguages(options: LanguagesOptions): Languages {
  const { texts, messages = {}, languages, defaultLocale: wanted = 'en', brandName, missing } = options;
  const issues = messageIssues(messages, texts);
  if (issues.length > 0) throw configError(issues);
  const entries = Object.entries(messages);
  const replaced: Texts = Object.fromEntries(entries.filter(isText));
  const own = new Map(entries.filter(isLanguage).map(([tag, given]) => [tag.toLowerCase(), given]));
  const tags = new Map(
    [...(languages ?? []), ...entries.filter(isLanguage).map(([tag]) => tag)].map((tag) => [
      tag.toLowerCase(),
      canonicalTag(tag),
    ]),
  );
  const find = finder(new Map(tags).set(wanted.toLowerCase(), canonicalTag(wanted)));
  const standardTag = find(wanted) ?? canonicalTag(wanted);
  const report = missing === undefined ? undefined : onceForEach(missing);

  /** From general to specific: `pt-BR` is read over `pt`. */
  const chain = (tag: string, textsOf: (one: string) => Texts | null | undefined): readonly Texts[] =>
    fallbackTags(tag)
      .map((one) => textsOf(one) ?? {})
      .reverse();
  /** What is written in the language itself. */
  const ownOf = (tag: string): Texts => {
    const isStandard = tag === standardTag;
    // English is in `texts`, beneath what the app's own definitions say.
    const shipped = isStandard && isEnglish(tag) ? [] : chain(tag, shippedTexts);
    const layers = [...shipped, ...(isStandard ? [replaced] : []), ...chain(tag, (one) => own.get(one))];
    return Object.assign({}, ...layers) as Texts;
  };
  const textsIn = (tag: string): Texts => ({ ...texts, ...replaced, ...ownOf(tag) });
  const catalogueOf = (tag: string): Catalogue =>
    createCatalogue({
      texts: textsIn(tag),
      locale: tag,
      brand: brandName,
      missing: report,
    });
  const standard = catalogueOf(standardTag);
  const others = [...tags.values()].filter((tag) => tag !== standardTag);
  return Object.freeze<Languages>({
    standard,
    standardTag,
    catalogues: new Map([[standardTag, standard], ...others.map((tag) => [tag, catalogueOf(tag)] as const)]),
    offered: Object.freeze(offeredTags(tags, standardTag).map(languageOf)),
    find,
    textsIn,
    missingIn(tag) {
      if (tag === standardTag && isEnglish(tag)) return [];
      const written = ownOf(tag);
      return Object.keys({ ...texts, ...replaced }).filter((id) => !Object.hasOwn(written, id));
    },
  });
}

/** The languages that visitors can choose, without their texts. */
export function offeredLanguages({
  messages = {},
  languages,
  defaultLocale = 'en',
}: Pick<LanguagesOptions, 'messages' | 'languages' | 'defaultLocale'>): readonly Language[] {
  const own = Object.entries(messages).filter(isLanguage);
  const tags = new Map([...(languages ?? []), ...own.map(([tag]) => tag)].map((tag) => [tag.toLowerCase(), tag]));
  const find = finder(
    new Map(tags).set(defaultLocale.toLowerCase(), tags.get(defaultLocale.toLowerCase()) ?? defaultLocale),
  );
  return Object.freeze(offeredTags(tags, find(defaultLocale) ?? defaultLocale).map(languageOf));
}

function isEnglish(tag: string): boolean {
  return tag.toLowerCase() === 'en';
}

/** In the order of the options; the default language first where it is in none of them. */
function offeredTags(tags: ReadonlyMap<string, string>, standardTag: string): readonly string[] {
  const listed = [...tags.values()];
  return listed.includes(standardTag) ? listed : [standardTag, ...listed];
}

function languageOf(tag: string): Language {
  return Object.freeze({ tag, name: nameOf(tag), dir: directionOf(tag) });
}

function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language', fallback: 'code' }).of(tag) ?? tag;
  return name.slice(0, 1).toLocaleUpperCase(tag) + name.slice(1);
}

// A visitor's browser chooses which tags are looked up.
const mostRemembered = 500;

/**
 * Finds a tag or a more general form of it; else a language of the same script, as likely subtags say (UTS 35): `zh-CN`
 * is `zh-Hans`, `pt` and `pt-PT` are served by `pt-BR`, but `zh-TW` is not served by `zh-Hans`.
 */
function finder(byTag: ReadonlyMap<string, string>): (requested: string) => string | null {
  const byScript = new Map<string, string>();
  for (const tag of byTag.values()) {
    const script = likelyTag(tag);
    if (script !== null && !byScript.has(script)) byScript.set(script, tag);
  }
  const remembered = new Map<string, string | null>();
  const look = (requested: string): string | null => {
    for (const tag of fallbackTags(requested)) {
      const found = byTag.get(tag);
      if (found !== undefined) return found;
    }
    return byScript.get(likelyTag(requested) ?? '') ?? null;
  };
  return (requested) => {
    const known = remembered.get(requested);
    if (known !== undefined) return known;
    const found = look(requested);
    if (remembered.size < mostRemembered) remembered.set(requested, found);
    return found;
  };
}

function isText(entry: readonly [string, string | Texts]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

function isLanguage(entry: readonly [string, string | Texts]): entry is [string, Texts] {
  return typeof entry[1] !== 'string';
}
