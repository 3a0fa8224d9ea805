import type { Message, Texts } from '../base/message.js';

export interface Catalogue {
  readonly text: (message: Message) => string;
}

interface CatalogueOptions {
  readonly texts: Texts;
  /** Called for an id that has no text. A missing sentence never breaks a page. */
  readonly missing?: ((id: string) => void) | undefined;
}

/** Turns messages into text. An id without a text is shown as the id, so that the gap is visible. */
export function createCatalogue({ texts, missing }: CatalogueOptions): Catalogue {
  const known = new Map(Object.entries(texts).map(([id, text]) => [id, parsed(text)]));
  return {
    text({ id, values }) {
      const sentence = known.get(id);
      if (sentence === undefined) {
        missing?.(id);
        return `[${id}]`;
      }
      return typeof sentence === 'string' ? sentence : filled(sentence, values ?? {});
    },
  };
}

const place = /\{(\w+)\}/g;

/** Alternating text and placeholder names, beginning with text; a sentence without placeholders is one text. */
type Sentence = string | readonly string[];

function parsed(text: string): Sentence {
  const parts = text.split(place);
  return parts.length === 1 ? text : parts;
}

function filled(parts: readonly string[], values: Readonly<Record<string, string | number>>): string {
  let text = '';
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) text += part;
    else text += Object.hasOwn(values, part) ? String(values[part]) : `{${part}}`;
  }
  return text;
}

/** The names of a text's placeholders. */
export function placesOf(text: string): readonly string[] {
  return Array.from(text.matchAll(place), ([, name = '']) => name);
}
