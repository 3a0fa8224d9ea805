import type { Message, Texts } from '../../base/message.js';
import { commonPlace, placesOf } from './catalogue.js';
import { createLanguages, type LanguagesOptions } from './languages.js';

/**
 * Texts of letters in one language. The app's own wording may quote values that only some letters have, such as the
 * columns of a CSV file; where one is missing, the kit's own sentence is said, never a name in braces.
 */
export function createLetterTexts(options: LanguagesOptions): (lang: string, message: Message) => string {
  const own = createLanguages(options);
  const kit = createLanguages({ ...options, messages: {} });
  const written = new Map<string, Texts>();

  return (lang, message) => {
    const texts = written.get(lang) ?? own.textsIn(lang);
    written.set(lang, texts);
    const given = message.values ?? {};
    const isComplete = placesOf(texts[message.id] ?? '').every(
      (name) => name === commonPlace || (Object.hasOwn(given, name) && given[name] !== ''),
    );
    const { catalogues, standard } = isComplete ? own : kit;
    return (catalogues.get(lang) ?? standard).text(message);
  };
}
