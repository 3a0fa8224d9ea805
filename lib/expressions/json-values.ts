import { isForbiddenKey, isJsonList, isJsonObject, type Json, type JsonObject } from '../base/json.js';
import { addressText } from '../python/modules/ip-text.js';
import type { Machine } from '../python/run/machine.js';
import { keyText } from '../python/modules/json-write.js';
import { raise } from '../python/run/raise.js';
import { nestedIn, textOf } from '../python/values/protocols.js';
import { typeName } from '../python/values/type-of.js';
import type { DictEntry, PyDict, Value } from '../python/values/value.js';

/**
 * A JSON value in Python's types: whole numbers are `int`, others `float`. What stands in it more than once is one
 * object in Python too, so the work is linear in what the app holds. Within a run the run's limits count it.
 */
export function toPython(value: unknown, m: Machine | null = null, known = new Map<object, Value>()): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return null;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (Array.isArray(value)) {
    const items: Value[] = [];
    known.set(value, { type: 'list', items });
    m?.allocateMembers(value.length);
    for (const one of value) items.push(toPython(one, m, known));
  } else if (isJsonObject(value)) {
    const dict = dictFrom([]);
    known.set(value, dict);
    const entries = Object.entries(value).filter(([key]) => !isForbiddenKey(key));
    m?.allocateMembers(entries.length);
    for (const [key, one] of entries) dict.entries.set(`s${key}`, { key, value: toPython(one, m, known) });
  }
  return known.get(value) ?? null;
}

/** A dict with texts as keys. */
export function dictFrom(entries: readonly (readonly [string, Value])[]): PyDict {
  return dictOfEntries(entries.map(([key, value]) => ({ key, value })));
}

export function dictOfEntries(entries: readonly (DictEntry & { readonly key: string })[]): PyDict {
  const allowed = entries.filter(({ key }) => !isForbiddenKey(key));
  return { type: 'dict', entries: new Map(allowed.map((entry) => [`s${entry.key}`, entry])) };
}

/**
 * A value in JSON. JSON has no shared values: what stands in it twice is copied twice, so every copy counts.
 * @param otherwise what stands for a value that JSON does not have; default: an exception, as in authentik
 * @throws LimitExceeded
 */
export function fromPython(m: Machine, value: Value, otherwise: Otherwise = refused): Json {
  m.step();
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    m.allocateText(value.length);
    return value;
  }
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : otherwise(m, value);
  const { type } = value;
  if (type === 'list' || type === 'tuple') return listOf(m, value.items, otherwise);
  if (type === 'set' || type === 'frozenset') return listOf(m, [...value.members.values()], otherwise);
  if (type === 'dict') return objectOf(m, value, otherwise);
  if (type === 'ipaddress') return addressText(value.version, value.bits);
  return type === 'record' ? value.text : otherwise(m, value);
}

type Otherwise = (m: Machine, value: Value) => string;

function refused(m: Machine, value: Value): never {
  if (typeof value === 'number') return raise(m, 'ValueError', 'Out of range float values are not JSON compliant');
  return raise(m, 'TypeError', `Object of type ${typeName(m, value)} is not JSON serializable`);
}

/** What `str` shows. */
function shown(m: Machine, value: Value): string {
  const text = textOf(m, value);
  m.allocateText(text.length);
  return text;
}

function listOf(m: Machine, items: readonly Value[], otherwise: Otherwise): Json {
  m.allocateMembers(items.length);
  return nestedIn(m, () => items.map((item) => fromPython(m, item, otherwise)));
}

function objectOf(m: Machine, { entries }: PyDict, otherwise: Otherwise): JsonObject {
  m.allocateMembers(entries.size);
  return nestedIn(m, () => {
    const pairs = [...entries.values()].flatMap(({ key, value }): [string, Json][] => {
      // As `json.dumps` writes it: of two keys that are the same text, the later one stays.
      const name = otherwise === shown ? shown(m, key) : keyText(m, key);
      if (isForbiddenKey(name)) return [];
      m.allocateText(name.length);
      return [[name, fromPython(m, value, otherwise)]];
    });
    return Object.fromEntries(pairs);
  });
}

/** A dict in JSON, for the log, events and mails: what JSON does not have is what `str` shows, as in authentik's events. */
export function shownObjectOf(m: Machine, value: Value): JsonObject {
  return objectIn(fromPython(m, value, shown));
}

/** A dict in JSON. */
export function jsonObjectOf(m: Machine, value: Value): JsonObject {
  return objectIn(fromPython(m, value));
}

function objectIn(json: Json): JsonObject {
  return isJsonObject(json) && !isJsonList(json) ? json : {};
}
