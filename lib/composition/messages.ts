import type { Texts } from '../base/message.js';
import { english } from '../base/texts/english.js';
import { textsOf } from '../flow/flows.js';
import type { EnrollmentConfig } from '../options/options.js';
import { createLanguages, defaultLocaleOf, type LanguagesOptions } from '../pages/languages/languages.js';

/** The sentences of the pages, in each language. */
export interface EnrollmentMessages {
  /** The tags of the app's languages; the default one is `defaultLanguage`. */
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  /** Every text by its id; what a language lacks has its default text. Default: the default language. */
  list(tag?: string): Texts;
  /** The ids of which a language has no text of its own. */
  missing(tag: string): readonly string[];
}

/** Read at each call: an app needs it for tools and tests only. */
export function composeMessages<User, Data>(config: EnrollmentConfig<User, Data>): EnrollmentMessages {
  const { flows, messages, ownMessages, languages } = config;
  return messagesOf({
    texts: textsOf(flows, ownMessages),
    messages,
    languages,
    defaultLocale: defaultLocaleOf(config),
  });
}

/** The sentences of the kit alone, in English and any language that ships. */
export function kitMessages(): EnrollmentMessages {
  return messagesOf({ texts: english });
}

function messagesOf(options: LanguagesOptions): EnrollmentMessages {
  const read = (): ReturnType<typeof createLanguages> => createLanguages(options);
  return Object.freeze<EnrollmentMessages>({
    get languages() {
      return read().offered.map(({ tag }) => tag);
    },
    get defaultLanguage() {
      return read().standardTag;
    },
    list(tag) {
      const languages = read();
      return languages.textsIn(tag ?? languages.standardTag);
    },
    missing: (tag) => read().missingIn(tag),
  });
}
