import { didYouMean } from '../base/did-you-mean.js';
import { EnrollmentError } from '../base/error.js';
import type { Message, Texts } from '../base/message.js';

interface Catalogue {
  text(message: Message): string;
}

interface CatalogueOptions {
  readonly texts: Texts;
  /** The app's texts, by id; every other sentence keeps its default. */
  readonly messages?: Texts | undefined;
  /** Called once for each id that has no text. A missing sentence never breaks a page. */
  readonly missing?: ((id: string) => void) | undefined;
}

/** Turns messages into text. An id without a text is shown as the id, so that the gap is visible. */
export function createCatalogue({ texts, messages = {}, missing }: CatalogueOptions): Catalogue {
  const issues = Object.entries(messages).flatMap(([id, text]) => issuesOf(id, text, texts));
  if (issues.length > 0) {
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', `Option "messages":\n  ${issues.join('\n  ')}`, { issues });
  }
  const known = new Map(
    [...Object.entries(texts), ...Object.entries(messages)].map(([id, text]) => [id, parsed(text)]),
  );
  const reported = new Set<string>();
  return {
    text({ id, values }) {
      const sentence = known.get(id);
      if (sentence === undefined) {
        if (missing !== undefined && reported.size < 1000 && !reported.has(id)) {
          reported.add(id);
          missing(id);
        }
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

/** Otherwise only visitors would see a typo in an override, as a name in braces or a missing value. */
function issuesOf(id: string, text: unknown, texts: Texts): readonly string[] {
  const original = Object.hasOwn(texts, id) ? texts[id] : undefined;
  if (original === undefined) return [`"${id}": there is no such sentence${didYouMean(id, Object.keys(texts))}`];
  if (typeof text !== 'string') return [`"${id}": must be a string`];
  const offered = placesOf(original);
  return placesOf(text)
    .filter((name) => !offered.includes(name))
    .map(
      (name) =>
        `"${id}": there is no {${name}} here, only ${offered.map((other) => `{${other}}`).join(', ') || 'plain text'}`,
    );
}

function placesOf(text: string): readonly string[] {
  return Array.from(text.matchAll(place), ([, name = '']) => name);
}
