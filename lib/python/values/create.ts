import type { Machine } from '../run/machine.js';
import { hashKey, isSameOrEqual } from './protocols.js';
import type { DictEntry, PyDict, PyList, PySet, PyTuple, Value } from './value.js';

export function list(items: Value[]): PyList {
  return { type: 'list', items };
}

export function tuple(items: readonly Value[]): PyTuple {
  return { type: 'tuple', items };
}

export function emptyDict(): PyDict {
  return { type: 'dict', entries: new Map<string, DictEntry>() };
}

export function dictOf(m: Machine, pairs: Iterable<readonly [Value, Value]>): PyDict {
  const dict = emptyDict();
  for (const [key, value] of pairs) setEntry(m, dict, key, value);
  return dict;
}

/** `dict[key] = value`; an equal key stays as it is. */
export function setEntry(m: Machine, dict: PyDict, key: Value, value: Value): void {
  const hash = hashKey(m, key);
  const known = dict.entries.get(hash);
  if (known === undefined) {
    m.growMembers(dict.entries.size, 1);
    dict.entries.set(hash, { key, value });
  } else dict.entries.set(hash, { key: known.key, value });
}

export function entryOf(m: Machine, dict: PyDict, key: Value): DictEntry | undefined {
  return dict.entries.get(hashKey(m, key));
}

export function setOf(m: Machine, members: Iterable<Value>, type: PySet['type'] = 'set'): PySet {
  const set: PySet = { type, members: new Map() };
  for (const member of members) addMember(m, set, member);
  return set;
}

export function addMember(m: Machine, set: PySet, member: Value): void {
  const key = hashKey(m, member);
  if (set.members.has(key)) return;
  m.growMembers(set.members.size, 1);
  set.members.set(key, member);
}

export function indexOf(m: Machine, items: readonly Value[], value: Value, from = 0, to = items.length): number {
  for (let index = from; index < Math.min(to, items.length); index += 1)
    if (isSameOrEqual(m, items[index] ?? null, value)) return index;
  return -1;
}
