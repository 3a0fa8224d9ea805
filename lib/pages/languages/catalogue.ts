import { directionOf } from '../../base/language-tag.js';
import type { Message, Texts } from '../../base/message.js';
import { isolating, isolatingForeign } from './isolate.js';
import { filledPercentText, percentTextOf } from '../../base/percent-text.js';
import { compileIcu, icuNames, isIcu, type MessageValues } from './icu.js';

export interface Catalogue {
  readonly text: (message: Message) => string;
}

interface CatalogueOptions {
  readonly texts: Texts;
  /** The language of the texts, for plurals, dates and the writing direction; default `en`. */
  readonly locale?: string | undefined;
  /** What `{brand}` stands for, in every text. */
  readonly brand?: string | undefined;
  /** Called for an id that has no text. A missing sentence never breaks a page. */
  readonly missing?: ((id: string) => void) | undefined;
}

/** The value that every text can quote. */
export const commonPlace = 'brand';

const brandPlace = `{${commonPlace}}`;

/** Turns messages into text. An id without a text is shown as the id, so that the gap is visible. */
export function createCatalogue({ texts, locale = 'en', brand, missing }: CatalogueOptions): Catalogue {
  const common: MessageValues = brand === undefined ? {} : { [commonPlace]: brand };
  const shown: Shown = isolating(directionOf(locale));
  const inPage = isolatingForeign(directionOf(locale));
  const known = new Map<string, Sentence>(Object.entries(texts).map(([id, text]) => [id, parsed(text)]));
  return { text: (message) => inPage(write(message), message.id === 'literal') };

  function write(message: Message): string {
    const { id, values = common } = message;
    const percentText = percentTextOf(message);
    if (percentText !== null) return filledPercentText(percentText, shown(brand ?? brandPlace));
    const sentence = known.get(id);
    if (sentence === undefined) {
      missing?.(id);
      return `[${id}]`;
    }
    if (typeof sentence === 'string') return sentence;
    if (typeof sentence === 'function') return sentence(values);
    if ('icu' in sentence) {
      const { icu } = sentence;
      const compiledText = compiled(icu, locale, shown);
      const filledIn = placesOf(icu).includes(commonPlace)
        ? (given: MessageValues) => compiledText({ ...common, ...given })
        : compiledText;
      known.set(id, filledIn);
      return filledIn(values);
    }
    const text = filled(sentence, values, { common, shown });
    return id === 'literal' && brand !== undefined ? text.replaceAll(brandPlace, () => shown(brand)) : text;
  }
}

const place = /\{(\w+)\}/g;

/**
 * A text without placeholders; alternating text and placeholder names, beginning with text; a text in ICU syntax,
 * compiled once it is needed.
 */
type Sentence = string | readonly string[] | { readonly icu: string } | ((values: MessageValues) => string);

function parsed(text: string): Sentence {
  if (isIcu(text)) return { icu: text };
  const parts = text.split(place);
  return parts.length === 1 ? text : parts;
}

function compiled(text: string, locale: string, shown: Shown): (values: MessageValues) => string {
  try {
    return compileIcu(text, locale, shown);
  } catch {
    // Texts of the option `messages` are checked at the start; a definition's own text may still be wrong.
    return () => text;
  }
}

function filled(
  parts: readonly string[],
  values: MessageValues,
  { common, shown }: { readonly common: MessageValues; readonly shown: Shown },
): string {
  const valueOf = (name: string): string | number | undefined =>
    Object.hasOwn(values, name) ? values[name] : Object.hasOwn(common, name) ? common[name] : undefined;
  // A sentence that is only its value, as the page's own text.
  if (parts.length === 3 && parts[0] === '' && parts[2] === '') {
    const only = parts[1] ?? '';
    return String(valueOf(only) ?? `{${only}}`);
  }
  const written = (name: string): string => {
    const value = valueOf(name);
    return value === undefined ? `{${name}}` : shown(value);
  };
  return parts.reduce((text, part, index) => text + (index % 2 === 0 ? part : written(part)), '');
}

type Shown = (value: string | number) => string;

/** The names of a text's placeholders. */
export function placesOf(text: string): readonly string[] {
  return isIcu(text) ? icuNames(text) : Array.from(text.matchAll(place), ([, name = '']) => name);
}

/** A value of the sentence that is written with blanks, or with a brace too few or too many, which would be shown. */
export function brokenPlace(text: string, names: readonly string[]): string | null {
  if (isIcu(text)) return null;
  const rest = text.replace(place, '');
  return (
    names.find(
      (name) =>
        new RegExp(`\\{\\s*${name}\\b|\\b${name}\\s*\\}`).test(rest) ||
        new RegExp(`\\{\\s*\\{${name}\\}|\\{${name}\\}\\s*\\}`).test(text),
    ) ?? null
  );
}
