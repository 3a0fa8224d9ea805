import { isForbiddenKey, isJsonList, isJsonObject, type Json, type JsonObject } from '../base/json.js';
import { addressText } from '../python/modules/ip-text.js';
import type { Machine } from '../python/run/machine.js';
import { nestedIn } from '../python/values/protocols.js';
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
 * A value in JSON, as far as it has a form there. JSON has no shared values: what stands in it twice is copied twice,
 * so every copy counts.
 * @throws LimitExceeded
 */
export function fromPython(m: Machine, value: Value): Json {
  m.step();
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    m.allocateText(value.length);
    return value;
  }
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const { type } = value;
  if (type === 'list' || type === 'tuple') return listOf(m, value.items);
  if (type === 'set' || type === 'frozenset') return listOf(m, [...value.members.values()]);
  if (type === 'dict') return objectOf(m, value);
  if (type === 'ipaddress') return addressText(value.version, value.bits);
  return type === 'record' ? value.text : null;
}

function listOf(m: Machine, items: readonly Value[]): Json {
  m.allocateMembers(items.length);
  return nestedIn(m, () => items.map((item) => fromPython(m, item)));
}

function objectOf(m: Machine, { entries }: PyDict): JsonObject {
  m.allocateMembers(entries.size);
  return nestedIn(m, () => {
    const pairs = [...entries.values()].flatMap(({ key, value }): [string, Json][] => {
      if (typeof key !== 'string' || isForbiddenKey(key)) return [];
      m.allocateText(key.length);
      return [[key, fromPython(m, value)]];
    });
    return Object.fromEntries(pairs);
  });
}

export function jsonObjectOf(m: Machine, value: Value): JsonObject {
  const json = fromPython(m, value);
  return isJsonObject(json) && !isJsonList(json) ? json : {};
}
