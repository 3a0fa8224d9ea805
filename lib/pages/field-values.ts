import { isJsonObject, type Json, type JsonObject } from '../base/json.js';

export interface LabelPart {
  readonly text: string;
  readonly href: string | null;
}

/** How a field is shown. */
export type FieldDisplay = 'input' | 'text' | 'alert' | 'separator' | 'none';

export function displayOf(json: Json | undefined): FieldDisplay | null {
  return json === 'input' || json === 'text' || json === 'alert' || json === 'separator' || json === 'none'
    ? json
    : null;
}

/** What is not a text unchecks a box, as `no` and `false` do. */
export function valueOf(held: Json | readonly string[] | undefined, input: string, isChoice: boolean): string {
  if (input === 'password' || input === 'file') return '';
  if (input === 'checkbox' && !isChoice)
    return typeof held === 'string' && !['', 'no', 'off', 'false', '0'].includes(held.toLowerCase()) ? 'yes' : '';
  return Array.isArray(held) ? held.join(', ') : textOr(held, '');
}

export function limitOf(json: Json | undefined): string | null {
  return typeof json === 'number' ? String(json) : textOr(json, '') || null;
}

/** The label's text, and the words of the links where it has their names in braces. */
export function partsOf(
  said: string,
  links: JsonObject,
  words: (json: Json | undefined) => string | null,
): readonly LabelPart[] {
  return said.split(/\{(\w+)\}/).flatMap((text, index): readonly LabelPart[] => {
    if (index % 2 === 0) return text === '' ? [] : [{ text, href: null }];
    const link = Object.hasOwn(links, text) ? links[text] : undefined;
    if (!isJsonObject(link) || typeof link['href'] !== 'string') return [{ text: `{${text}}`, href: null }];
    return [{ text: words(link['label']) ?? link['href'], href: link['href'] }];
  });
}

export function textOr(json: Json | undefined, otherwise: string): string {
  return typeof json === 'string' ? json : otherwise;
}
