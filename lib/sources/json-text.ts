import { isJsonObject, mergeDeep, type JsonObject } from '../base/json.js';

/** The record that a text is, without names that would reach a prototype; null for anything else, however deep or broken. */
export function parseJson(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? mergeDeep({}, value) : null;
  } catch {
    // Not JSON, or nested so deeply that walking through it runs out of stack.
    return null;
  }
}

/** A text of the record, of at most so many characters; null for every other value. */
export function textOf(record: JsonObject, key: string, longest: number): string | null {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : null;
}
