import { isForbiddenKey, isJsonObject, withoutKeys, type Json, type JsonObject } from './json.js';

/**
 * Values by dotted key as one record: `attributes.team` is `team` in `attributes`. A later one wins, and records merge.
 * Takes time that grows with the values, not with their square.
 */
export function nestedRecord(values: Iterable<readonly [dottedKey: string, value: Json]>): JsonObject {
  const root: OwnRecord = {};
  for (const [dottedKey, value] of values) {
    const parts = dottedKey.split('.');
    if (parts.some(isForbiddenKey)) continue;
    const last = parts.pop() ?? '';
    put(
      parts.reduce((at, part) => recordAt(at, part), root),
      last,
      value,
    );
  }
  return root;
}

/** The data without these dotted keys, and without the records that they leave empty. */
export function withoutDottedKeys(data: JsonObject, dottedKeys: readonly string[]): JsonObject {
  if (dottedKeys.length === 0) return data;
  const depth = (key: string): number => key.split('.').length;
  // Of `a` and `a.b`, `a` counts.
  const deepestFirst = dottedKeys.map((key) => ({ key, depth: depth(key) })).sort((a, b) => b.depth - a.depth);
  return withoutKeys(data, nestedRecord(deepestFirst.map(({ key }) => [key, true])));
}

/** A record that is not shared: every record in it was made here. */
interface OwnRecord {
  [key: string]: Json | OwnRecord | undefined;
}

function put(at: OwnRecord, key: string, value: Json): void {
  if (!isJsonObject(value)) {
    at[key] = value;
    return;
  }
  const record = recordAt(at, key);
  for (const [inner, one] of Object.entries(value))
    if (one !== undefined && !isForbiddenKey(inner)) put(record, inner, one);
}

function recordAt(at: OwnRecord, key: string): OwnRecord {
  const present = Object.hasOwn(at, key) ? at[key] : undefined;
  if (isOwnRecord(present)) return present;
  const made: OwnRecord = {};
  at[key] = made;
  return made;
}

function isOwnRecord(value: Json | OwnRecord | undefined): value is OwnRecord {
  return isJsonObject(value);
}
