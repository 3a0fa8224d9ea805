import { configError } from '../base/config-error.js';
import { fallbackTags } from '../base/language-tag.js';
import type { Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import { createCatalogue, type Catalogue } from './catalogue.js';
import { messageIssues } from './message-issues.js';

interface Languages {
  /** The default texts. */
  readonly standard: Catalogue;
  /** The languages of the option `messages`, by their tags. */
  readonly catalogues: ReadonlyMap<string, Catalogue>;
  /** The tag of the language that serves a requested tag; `null` if none does. `pt` serves `pt-BR`. */
  find(requested: string): string | null;
}

interface LanguagesOptions {
  readonly texts: Texts;
  /** The app's texts by id, and languages by tag. A sentence that a language lacks has its default text. */
  readonly messages?: MessagesOption | undefined;
  /** Called once for each id that has no text. */
  readonly missing?: ((id: string) => void) | undefined;
}

/**
 * A catalogue for each language, complete from the start: nothing is looked up in two languages for a page.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake in `issues`
 */
export function createLanguages({ texts, messages = {}, missing }: LanguagesOptions): Languages {
  const issues = messageIssues(messages, texts);
  if (issues.length > 0) throw configError(issues);
  const entries = Object.entries(messages);
  const standard: Texts = { ...texts, ...Object.fromEntries(entries.filter(isText)) };
  const languages = entries.filter(isLanguage);
  const byTag = new Map(languages.map(([tag, own]) => [tag.toLowerCase(), { tag, own }]));
  const report = missing === undefined ? undefined : onceForEach(missing);
  const catalogueOf = (own: readonly Texts[]): Catalogue =>
    createCatalogue({ texts: Object.assign({}, standard, ...own) as Texts, missing: report });
  return Object.freeze<Languages>({
    standard: catalogueOf([]),
    catalogues: new Map(
      languages.map(([tag]) => [
        tag,
        catalogueOf(
          fallbackTags(tag)
            .map((one) => byTag.get(one)?.own ?? {})
            .reverse(),
        ),
      ]),
    ),
    find(requested) {
      for (const tag of fallbackTags(requested)) {
        const found = byTag.get(tag);
        if (found !== undefined) return found.tag;
      }
      return null;
    },
  });
}

function isText(entry: readonly [string, string | Texts]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

function isLanguage(entry: readonly [string, string | Texts]): entry is [string, Texts] {
  return typeof entry[1] !== 'string';
}

const mostReported = 1000;

function onceForEach(missing: (id: string) => void): (id: string) => void {
  const reported = new Set<string>();
  return (id) => {
    if (reported.size >= mostReported || reported.has(id)) return;
    reported.add(id);
    missing(id);
  };
}
