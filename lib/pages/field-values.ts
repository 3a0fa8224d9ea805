import { isJsonObject, type Json } from '../base/json.js';

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

/** The addresses of a label's links by name; `null`: it has none. */
export function linksOf(json: Json | undefined): Readonly<Record<string, string>> | null {
  if (!isJsonObject(json)) return null;
  return Object.fromEntries(
    Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function textOr(json: Json | undefined, otherwise: string): string {
  return typeof json === 'string' ? json : otherwise;
}
