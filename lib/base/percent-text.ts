import type { Message } from './message.js';

/** Marks a text whose place for the brand is written as in titles of authentik: `%(app)s`, and `%%` for a percent sign. */
const percent = 'percent';

const directive = /%(?:%|\(app\)s)/g;

/** The text as a message. Braces are shown as they are, also `{brand}`. */
export function percentMessage(text: string): Message {
  return { id: 'literal', values: { text, places: percent } };
}

/** A text that authentik shows as it is, as a message of the kit, in whose texts `{brand}` is a place. */
export function verbatimMessage(text: string): Message {
  return text.includes('{brand}') ? percentMessage(text.replaceAll('%', '%%')) : { id: 'literal', values: { text } };
}

/** `null`: the places of this message are in braces, or it has none. */
export function percentTextOf({ id, values }: Message): string | null {
  const text = values?.['text'];
  return id === 'literal' && values?.['places'] === percent && typeof text === 'string' ? text : null;
}

/** The text with `brand` for `%(app)s`. */
export function filledPercentText(text: string, brand: string): string {
  return text.replace(directive, (found) => (found === '%%' ? '%' : brand));
}

/** True where a `%` is neither of both: Python's `%` fails for it. */
export function hasOtherPercent(text: string): boolean {
  return text.replace(directive, '').includes('%');
}
