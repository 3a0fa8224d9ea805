import { isJsonList, isJsonObject, type Json } from '../../base/json.js';
import type { WrittenAs } from '../read/tree.js';
import { floatText } from '../../python/values/float-text.js';
import { flagOf } from './scalar-values.js';
import { numberWords, readDuration, readNumber, type NumberRange } from './field-ranges.js';

/** What a field of authentik holds that changes nothing here. A value of another kind is a mistake all the same. */
export type FieldKind = (given: Json, written: WrittenAs | null) => string | null;

const kind =
  (words: string, isOne: (given: Json) => boolean): FieldKind =>
  (given) =>
    isOne(given) ? null : `must be ${words}`;

function isReference(given: Json): boolean {
  return typeof given === 'string' || typeof given === 'number';
}

/** A text, as Python has it; `undefined`: the value is none. */
export function textOf(given: Json, written: WrittenAs | null): string | undefined {
  if (typeof given === 'string') return written?.type === 'date' ? undefined : given;
  if (typeof given !== 'number') return undefined;
  if (written?.type === 'number') return written.text;
  return Number.isInteger(given) ? String(given) : floatText(given);
}

export function textWords(written: WrittenAs | null): string {
  return written?.type === 'date' || written?.type === 'boolean' ? 'a text: write it in quotes' : 'a text';
}

export function oneOf(...values: readonly string[]): FieldKind {
  return kind(`one of ${values.join(', ')}`, (given) => values.some((value) => value === given));
}

export const anything: FieldKind = () => null;
export const flag = kind('true or false', (given) => flagOf(given) !== undefined);
export const words: FieldKind = (given, written) =>
  textOf(given, written) === undefined ? `must be ${textWords(written)}` : null;
export const list = kind('a list', isJsonList);
/** The key of another object. */
export const reference: FieldKind = (given, written) =>
  isReference(given) && written?.type !== 'date' ? null : 'must be a reference';
export const references = kind('a list of references', (given) => isJsonList(given) && given.every(isReference));
export const mapping = kind('a mapping', isJsonObject);

export function listOf(...values: readonly string[]): FieldKind {
  return kind(
    `a list of some of ${values.join(', ')}`,
    (given) => isJsonList(given) && given.every((one) => values.some((value) => value === one)),
  );
}

export const duration: FieldKind = (given) => {
  const read = readDuration(given, {});
  return read.type === 'none' ? read.mistake : null;
};

/** authentik's integers. */
export const integers = { least: -2_147_483_648, most: 2_147_483_647 };

/** authentik's counts. */
export const counts = { least: 0, most: integers.most };

export function numberIn(range: NumberRange): FieldKind {
  return kind(numberWords(range), (given) => readNumber(given, range) !== undefined);
}

export const count = numberIn(counts);
