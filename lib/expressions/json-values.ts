import { isForbiddenKey, isJsonList, isJsonObject, type Json, type JsonObject } from '../base/json.js';
import { addressText } from '../python/modules/ip-text.js';
import type { DictEntry, PyDict, Value } from '../python/values/value.js';

/** A JSON value in Python's types: whole numbers are `int`, others `float`. */
export function toPython(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return { type: 'list', items: value.map(toPython) };
  return isJsonObject(value) ? dictFrom(Object.entries(value).map(([key, one]) => [key, toPython(one)])) : null;
}

/** A dict with texts as keys. */
export function dictFrom(entries: readonly (readonly [string, Value])[]): PyDict {
  return dictOfEntries(entries.map(([key, value]) => ({ key, value })));
}

export function dictOfEntries(entries: readonly (DictEntry & { readonly key: string })[]): PyDict {
  const allowed = entries.filter(({ key }) => !isForbiddenKey(key));
  return { type: 'dict', entries: new Map(allowed.map((entry) => [`s${entry.key}`, entry])) };
}

/** A value in JSON, as far as it has a form there; `depth` levels of it. */
export function fromPython(value: Value, depth = 20): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (depth === 0) return null;
  const { type } = value;
  if (type === 'list' || type === 'tuple') return value.items.map((item) => fromPython(item, depth - 1));
  if (type === 'set' || type === 'frozenset')
    return [...value.members.values()].map((item) => fromPython(item, depth - 1));
  if (type === 'dict') return objectOf(value, depth);
  if (type === 'ipaddress') return addressText(value.version, value.bits);
  return type === 'record' ? value.text : null;
}

function objectOf({ entries }: PyDict, depth: number): JsonObject {
  const pairs = [...entries.values()].flatMap(({ key, value }): [string, Json][] =>
    typeof key === 'string' && !isForbiddenKey(key) ? [[key, fromPython(value, depth - 1)]] : [],
  );
  return Object.fromEntries(pairs);
}

export function jsonObjectOf(value: Value): JsonObject {
  const json = fromPython(value);
  return isJsonObject(json) && !isJsonList(json) ? json : {};
}
