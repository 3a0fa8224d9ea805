import { verbatimMessage } from '../../base/percent-text.js';
import { isBlankText } from '../../base/setting-rules.js';
import type { FieldReader } from '../build/field-reader.js';
import type { JsonObject } from '../../base/json.js';
import type { MessageLike } from '../../flow/prompt.js';

/** A text that authentik shows as it is: `{brand}` is no place in it, as it is in texts of the kit. */
export function plainWords(text: string): MessageLike {
  return hasPlace(text) ? verbatimMessage(text) : text;
}

/** A message that may be left out: one of blanks is none, as in authentik. */
export function messageOf(reader: FieldReader, name: string): string {
  const text = reader.text(name, '');
  return isBlankText(text) ? '' : text;
}

/** The other way; `null`: authentik would show the place. */
export function asPlainWords(name: string): (value: unknown) => JsonObject | null {
  return (value) => (typeof value === 'string' && !hasPlace(value) ? { [name]: value } : null);
}

function hasPlace(text: string): boolean {
  return text.includes('{brand}');
}
