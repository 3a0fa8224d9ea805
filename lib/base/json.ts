/** A value that survives `JSON.parse(JSON.stringify(value))` unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A plain JSON record; an `undefined` value counts as an absent key. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** True for names that would reach an object's prototype. They are refused wherever a key is declared. */
export function isForbiddenKey(key: string): boolean {
  return forbiddenKeys.has(key);
}

/** True for a plain record: not an array, not null, and not an object that is more than data (a `Date`, a `Secret`). */
export function isJsonObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // No comparison with `Object.prototype`: a record may come from another realm, as under Jest.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Merges `over` into `under`, record by record; where both have a value that is not a record, `over` wins.
 * Prototype names are dropped at every depth. Neither argument is changed, and the result shares nothing with them.
 */
export function mergeDeep(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = {};
  for (const [key, value] of [...Object.entries(under), ...Object.entries(over)]) {
    if (value === undefined || isForbiddenKey(key)) continue;
    const present = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isJsonObject(present) && isJsonObject(value) ? mergeDeep(present, value) : copied(value);
  }
  return merged;
}

function copied(value: Json): Json {
  if (isJsonList(value)) return value.map(copied);
  return isJsonObject(value) ? mergeDeep({}, value) : value;
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The values of `data` that `fixed` does not have, record by record. */
export function withoutKeys(data: JsonObject, fixed: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).flatMap<[string, Json | undefined]>(([key, value]) => {
      const own = Object.hasOwn(fixed, key) ? fixed[key] : undefined;
      if (own === undefined) return [[key, value]];
      if (!isJsonObject(own) || !isJsonObject(value)) return [];
      const rest = withoutKeys(value, own);
      return Object.keys(rest).length === 0 ? [] : [[key, rest]];
    }),
  );
}

/** Turns `('attributes.team', 'red')` into `{ attributes: { team: 'red' } }`. */
export function setPath(dottedKey: string, value: Json): JsonObject {
  return dottedKey.split('.').reduceRight<Json>((inner, part) => ({ [part]: inner }), value) as JsonObject;
}

/** Reads `attributes.team` from `{ attributes: { team: 'red' } }`; `undefined` where any part is missing. */
export function getPath(record: JsonObject, dottedKey: string): Json | undefined {
  // Most keys have no dot, and splitting one costs more than reading it.
  if (!dottedKey.includes('.')) return Object.hasOwn(record, dottedKey) ? record[dottedKey] : undefined;
  let at: Json | undefined = record;
  for (const part of dottedKey.split('.')) {
    if (!isJsonObject(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
}

/**
 * Parses a record, without names that would reach a prototype. Returns null for anything else, however deep or broken.
 */
export function parseJson(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? mergeDeep({}, value) : null;
  } catch {
    // Not JSON, or nested so deeply that recursion exhausts the stack.
    return null;
  }
}

/** Parses a list in the same way. */
export function parseJsonList(text: string): readonly Json[] | null {
  try {
    const { list = null } = parseJson(JSON.stringify({ list: JSON.parse(text) as unknown })) ?? {};
    return list !== null && isJsonList(list) ? list : null;
  } catch {
    return null;
  }
}

/** A text of the record, up to a maximum length; null for every other value. */
export function textOf(record: JsonObject, key: string, longest: number): string | null {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : null;
}

/** Freezes a plain record and everything inside, so that callers cannot change it. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freezeDeep(inner);
  return value;
}

/**
 * The same JSON with control and format characters escaped; line ends between its parts stay. JSON allows these
 * characters in texts, but some programs end a line there or change the reading direction.
 */
export function escapeInvisible(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) =>
    mark
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** True for values that are the same JSON, with their keys in the same order; `undefined` is like itself. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
