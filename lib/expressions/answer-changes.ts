import { nestedRecord, withoutDottedKeys } from '../base/dotted-keys.js';
import { getPath, isForbiddenKey, isJsonObject, isSameJson, type Json, type JsonObject } from '../base/json.js';
import { identifierProblem, jsonTextProblem } from '../base/text-problem.js';
import { LimitExceeded } from '../python/limits.js';
import type { Machine } from '../python/run/machine.js';
import { raise } from '../python/run/raise.js';
import { typeName } from '../python/values/type-of.js';
import type { DictEntry, PyDict } from '../python/values/value.js';
import { fromPython } from './json-values.js';

/** An answer that is read when the expression reads it. */
export interface LazyEntry extends DictEntry {
  readonly key: string;
  /** True while the expression has neither read nor set it. */
  readonly isUntouched: () => boolean;
  /** What it was before the expression. */
  readonly before: () => Json;
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
  /** Whether an answer at this key, or below it, is a secret. Only then are these answers read. */
  readonly hasSecret: (path: string) => boolean;
  /** The keys of all answers. */
  readonly answered: readonly string[];
  readonly consumes: readonly string[];
  readonly consumed: readonly string[];
}

/** @throws LimitExceeded */
export function changesIn(
  m: Machine,
  dict: PyDict,
  entries: readonly LazyEntry[],
  { hasSecret, answered, consumes, consumed }: Unkept,
): AnswerChanges {
  const isProtected = (path: string): boolean => consumes.includes(path) || hasBelow(consumes, path) || hasSecret(path);
  const known = new Map(entries.map((entry) => [entry.key, entry]));
  const present = new Set<string>();
  const removed: string[] = [];
  const changed = [...dict.entries.values()].flatMap((entry): [string, Json][] => {
    const { key } = entry;
    if (typeof key !== 'string') return raise(m, 'TypeError', `keys of prompt_data are texts, not ${typeName(m, key)}`);
    if (isForbiddenKey(key)) return [];
    present.add(key);
    const lazy = known.get(key);
    if (lazy === entry && lazy.isUntouched()) return [];
    const depth = key.split('.').length;
    if (depth > m.limits.depth)
      throw new LimitExceeded(`a key of prompt_data has more than ${String(m.limits.depth)} parts`);
    m.allocateMembers(depth);
    m.allocateText(key.length);
    const now = writable(m, key, fromPython(m, entry.value));
    const before = lazy?.before();
    if (before !== undefined) removed.push(...removedIn(before, now, key));
    const set = before === undefined ? now : setIn(before, now);
    if (key === 'is_active' && set !== undefined) checkActive(m, now);
    return set === undefined ? [] : [[key, set]];
  });
  for (const { key, before } of known.values())
    if (!present.has(key)) removed.push(...(isProtected(key) ? removedIn(before(), {}, key) : [key]));
  const set = nestedRecord(changed);
  const secrets = answered.filter((key) => getPath(set, key) !== undefined && hasSecret(key));
  return {
    // A later key is over an earlier one: `attributes.team` over `attributes`.
    changed: withoutDottedKeys(set, [...secrets, ...consumes.filter((key) => !consumed.includes(key))]),
    removed: removed.filter((key) => !isProtected(key)),
  };
}

function hasBelow(keys: readonly string[], path: string): boolean {
  return keys.some((key) => key.startsWith(`${path}.`));
}

/** What is new in `now`. A copy of what stayed would count as set: as an answer that was given again. */
function setIn(before: Json, now: Json): Json | undefined {
  // Records are compared member by member only: each level as a whole would be the depth times the size.
  if (!isJsonObject(before) || !isJsonObject(now)) return isSameJson(before, now) ? undefined : now;
  if (Object.keys(now).length === 0) return Object.keys(before).length === 0 ? undefined : now;
  const set = Object.entries(now).flatMap(([key, value]): (readonly [string, Json])[] => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const inner = old === undefined ? value : setIn(old, value ?? null);
    return inner === undefined ? [] : [[key, inner]];
  });
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

/** The keys of a record that are not there any more: all of them where `now` is none. */
function removedIn(before: Json, now: Json, path: string): readonly string[] {
  if (!isJsonObject(before)) return [];
  return Object.entries(before).flatMap(([key, value]) => {
    const left = isJsonObject(now) && Object.hasOwn(now, key) ? now[key] : undefined;
    const inner = `${path}.${key}`;
    if (left !== undefined) return removedIn(value ?? null, left, inner);
    // A record is taken away by its members too: one of them may be a code, which stays.
    return [inner, ...removedIn(value ?? null, {}, inner)];
  });
}

/** In authentik the write assigns it, and such an account waits. Here accounts are active: it would be without effect. */
function checkActive(m: Machine, value: Json): void {
  if (value !== true) raise(m, 'ValueError', 'accounts are active: prompt_data["is_active"] can only be True');
}

/**
 * What may stand in an account. No page asks for what only an expression sets, so no prompt has looked at it: halves of
 * characters and NUL, which databases do not take, and other control characters are refused. A name has one line.
 */
function writable(m: Machine, key: string, value: Json): Json {
  const inLine = key === 'name' && typeof value === 'string' ? identifierProblem(value) : null;
  const problem = identifierProblem(key) ?? inLine ?? jsonTextProblem(value);
  if (problem === null) return value;
  return raise(m, 'ValueError', `prompt_data[${JSON.stringify(key.slice(0, 100))}] ${problem}`);
}
