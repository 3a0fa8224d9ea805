import { isJsonList, isJsonObject, type Json } from '../../base/json.js';
import { isInRange, numberWords, readDuration, type NumberRange } from './field-ranges.js';

/** What a field of authentik holds that changes nothing here. A value of another kind is a mistake all the same. */
export type FieldKind = (given: Json) => string | null;

const kind =
  (words: string, isOne: (given: Json) => boolean): FieldKind =>
  (given) =>
    isOne(given) ? null : `must be ${words}`;

export const anything: FieldKind = () => null;
export const flag = kind('true or false', (given) => typeof given === 'boolean');
export const words = kind('a text', (given) => typeof given === 'string' || typeof given === 'number');
export const list = kind('a list', isJsonList);
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
  return kind(numberWords(range), (given) => isInRange(given, range));
}

export const count = numberIn(counts);
