import { createHash } from 'node:crypto';
import { isJsonList, isJsonObject, isSameJson, type Json, type JsonObject } from '../../base/json.js';
import type { Position } from '../problems.js';
import type { WrittenAs } from '../read/tree.js';

/** One object of a flow file: a flow, a stage, a prompt, a policy, a binding. Plain data, so that it can be stored and compared. */
export interface FlowRecord {
  /** A UUID: what other records refer to. */
  readonly key: string;
  /** `authentik_flows.flow`, in lower case. */
  readonly model: string;
  /** Its identifiers and attributes. */
  readonly fields: JsonObject;
}

/** By key, in the order in which they were made. */
export type Records = ReadonlyMap<string, FlowRecord>;

/** `firstLine`: the line of the first character of a text; `null`: its lines are none of the file's. */
export interface FieldPosition extends Position {
  /** Of the entry that gave the value: several files may change a record. */
  readonly file: string;
  readonly firstLine: number | null;
  /** The tag that makes the value: some, as `!Find`, are null where they find nothing. */
  readonly tag: string | null;
  readonly written: WrittenAs | null;
  /** Of the members of a list; none where a tag makes the list. */
  readonly items: readonly Position[];
}

/** Where a record and its fields stand in the file that was read last. */
export interface RecordPosition {
  readonly file: string;
  readonly at: Position;
  readonly fields: ReadonlyMap<string, FieldPosition>;
  /** The fields with a mistake that was reported; `'all'`: none is known. */
  readonly broken: ReadonlySet<string> | 'all';
}

/**
 * The key of a new record without a `pk`: the same for the same model and identifiers (RFC 9562, version 8), so that a
 * file that is imported into two apps makes the same keys.
 */
export function keyFor(model: string, identifiers: JsonObject): string {
  const named = Object.entries(identifiers).sort(([one], [other]) => (one < other ? -1 : 1));
  const digest = createHash('sha256')
    .update(JSON.stringify([model, named]))
    .digest('hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/** The first record of that model whose fields match all of these; a mapping matches one that contains it. */
export function findRecord(
  records: Records,
  model: string,
  fields: readonly (readonly [string, Json])[],
): FlowRecord | undefined {
  for (const record of records.values()) {
    if (record.model !== model) continue;
    if (fields.every(([name, value]) => matches(name === 'pk' ? record.key : valueOf(record.fields, name), value)))
      return record;
  }
  return undefined;
}

function valueOf(record: JsonObject, name: string): Json {
  return (Object.hasOwn(record, name) ? record[name] : null) ?? null;
}

function matches(has: Json, wanted: Json): boolean {
  if (!isJsonObject(wanted) || !isJsonObject(has)) return isSame(has, wanted);
  return Object.entries(wanted).every(([key, value]) => matches(valueOf(has, key), value ?? null));
}

function isSame(one: Json, other: Json): boolean {
  if (isJsonList(one) || isJsonList(other)) return isSameJson(one, other);
  return one === other;
}
