import {
  isForbiddenKey,
  isJsonObject,
  isSameJson,
  mergeDeep,
  setPath,
  withoutKeys,
  type Json,
  type JsonObject,
} from '../base/json.js';
import type { Machine } from '../python/run/machine.js';
import { raise } from '../python/run/raise.js';
import type { DictEntry, PyDict } from '../python/values/value.js';
import { fromPython } from './json-values.js';

/** An answer that is read when the expression reads it; `before` is what it was then. */
export interface LazyEntry extends DictEntry {
  readonly key: string;
  readonly before: () => Json | undefined;
}

/** What an expression has done to the answers. */
export interface AnswerChanges {
  /** Those that it has changed, and not those that it only read. */
  readonly changed: JsonObject;
  /** The dotted keys of those that it has taken away. */
  readonly removed: readonly string[];
}

/** Answers whose changes the plan never gets. Those of `consumed` reach the next policy of the form. */
interface Unkept {
  readonly secrets: readonly string[];
  readonly consumes: readonly string[];
  readonly consumed: readonly string[];
}

/** @throws LimitExceeded */
export function changesIn(
  m: Machine,
  dict: PyDict,
  entries: readonly LazyEntry[],
  { secrets, consumes, consumed }: Unkept,
): AnswerChanges {
  const lost = [...secrets, ...consumes.filter((key) => !consumed.includes(key))];
  const known = new Map(entries.map((entry) => [entry.key, entry]));
  const present = new Set<string>();
  const removed: string[] = [];
  const changed = [...dict.entries.values()].flatMap((entry): [string, Json][] => {
    const { key } = entry;
    if (typeof key !== 'string' || isForbiddenKey(key)) return [];
    present.add(key);
    const lazy = known.get(key);
    if (lazy === entry && lazy.before() === undefined) return [];
    const now = wellFormed(m, fromPython(m, entry.value));
    const before = lazy?.before();
    if (before !== undefined) removed.push(...removedIn(before, now, key));
    return before !== undefined && isSameJson(before, now) ? [] : [[key, now]];
  });
  removed.push(...[...known.keys()].filter((key) => !present.has(key)));
  return {
    // `attributes.team` is the same as `attributes` with `team` in it; the later one wins.
    changed: withoutKeys(
      changed.reduce<JsonObject>((merged, [key, value]) => mergeDeep(merged, setPath(key, value)), {}),
      lost.reduce<JsonObject>((merged, key) => mergeDeep(merged, setPath(key, true)), {}),
    ),
    removed: removed.filter(
      (key) => ![...secrets, ...consumes].some((secret) => secret === key || secret.startsWith(`${key}.`)),
    ),
  };
}

/** The keys of a record that are not there any more. */
function removedIn(before: Json, now: Json, path: string): readonly string[] {
  if (!isJsonObject(before) || !isJsonObject(now)) return [];
  return Object.entries(before).flatMap(([key, value]) => {
    const left = now[key];
    const inner = `${path}.${key}`;
    return left === undefined ? [inner] : removedIn(value ?? null, left, inner);
  });
}

/** As in authentik, whose database takes no half of a character. */
function wellFormed(m: Machine, value: Json): Json {
  // Only what is no character is escaped so.
  if (!/\\ud[89a-f]/.test(JSON.stringify(value))) return value;
  return raise(m, 'UnicodeError', 'surrogates are not allowed in prompt_data');
}
