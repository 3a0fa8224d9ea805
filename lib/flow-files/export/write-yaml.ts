import { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { escapeInvisible, isJsonList, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import { pythonExponent } from '../read/python-numbers.js';
import { keyFor, type FlowRecord } from '../records/record.js';
import type { SharedTexts } from './shared-texts.js';
import { flowModel, policyBindingModel, stageBindingModel } from '../models/model-names.js';

/**
 * The records as a blueprint. Objects refer to each other by `!KeyOf`, never by a key, so that the file can be imported
 * anywhere. What refers to others stands behind them.
 */
export function writeYaml(name: string, records: readonly FlowRecord[], { leftOut, asWritten }: SharedTexts): string {
  const ids = idsOf(records);
  const document = new Document(undefined, { version: '1.1', customTags: (tags) => [pythonExponent, ...tags] });
  document.contents = mapping(document, [
    ['version', 1],
    ['metadata', mapping(document, [['name', name]])],
    ['entries', sequence(inOrder(records).map((record) => entryOf(document, record, ids)))],
  ]);
  const notes = [...noted('Left out:', leftOut), ...noted('Written as it is, so look before you share it:', asWritten)];
  if (notes.length > 0) document.commentBefore = notes.map((line) => ` ${oneLine(line)}`).join('\n');
  return document.toString({ lineWidth: 0, directives: false });
}

function noted(title: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [title, ...new Set(texts)];
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return escapeInvisible(text).replaceAll('\n', ' ');
}

/** The fields by which authentik finds an object of a model again. */
function identifiersOf(model: string): readonly string[] {
  if (model === flowModel) return ['slug'];
  if (model === stageBindingModel) return ['target', 'stage', 'order'];
  return model === policyBindingModel ? ['target', 'policy', 'group', 'user', 'order'] : ['name'];
}

type Member = readonly [key: string, value: unknown];

function entryOf(document: Document, record: FlowRecord, ids: ReadonlyMap<string, string>): YAMLMap {
  const names = identifiersOf(record.model);
  const named = Object.fromEntries(
    names.flatMap((name) => (name in record.fields ? [[name, record.fields[name]]] : [])),
  );
  // Another record has the name.
  if (keyFor(record.model, named) !== record.key) return entryByKey(document, record, ids);
  const [identifiers, attrs] = [true, false].map((isNamed) =>
    Object.entries(record.fields).flatMap(([key, value]): readonly Member[] =>
      value !== undefined && names.includes(key) === isNamed ? [[key, valueOf(document, key, value, ids)]] : [],
    ),
  );
  return mapping(document, [
    ['model', record.model],
    ['id', ids.get(record.key)],
    ['identifiers', mapping(document, identifiers ?? [])],
    ...((attrs ?? []).length > 0 ? [['attrs', mapping(document, attrs ?? [])] as const] : []),
  ]);
}

function entryByKey(document: Document, { key, model, fields }: FlowRecord, ids: ReadonlyMap<string, string>): YAMLMap {
  const attrs = Object.entries(fields).flatMap(([name, value]): readonly Member[] =>
    value === undefined ? [] : [[name, valueOf(document, name, value, ids)]],
  );
  return mapping(document, [
    ['model', model],
    ['id', ids.get(key)],
    ['identifiers', mapping(document, [['pk', key]])],
    ['attrs', mapping(document, attrs)],
  ]);
}

/** The fields whose texts are keys of other records. */
const references = ['target', 'stage', 'policy', 'group', 'fields', 'validation_policies', 'configuration_stages'];
const alsoReferences = ['configure_flow', 'target_flow', 'password_stage', 'enrollment_flow', 'recovery_flow'];

function valueOf(document: Document, key: string, value: Json, ids: ReadonlyMap<string, string>): unknown {
  if (![...references, ...alsoReferences].includes(key)) return plain(document, value);
  if (isJsonList(value)) return sequence(value.map((one) => reference(document, one, ids)));
  return reference(document, value, ids);
}

function reference(document: Document, value: Json, ids: ReadonlyMap<string, string>): unknown {
  const id = typeof value === 'string' ? ids.get(value) : undefined;
  if (id === undefined) return plain(document, value);
  const scalar = new Scalar(id);
  scalar.tag = '!KeyOf';
  return scalar;
}

function plain(document: Document, value: Json): unknown {
  return isJsonObject(value) || isJsonList(value)
    ? document.createNode(value, { aliasDuplicateObjects: false })
    : value;
}

function mapping(document: Document, members: readonly Member[]): YAMLMap {
  const map = new YAMLMap(document.schema);
  for (const [key, value] of members) map.set(key, value);
  return map;
}

function sequence(items: readonly unknown[]): YAMLSeq {
  const list = new YAMLSeq();
  list.items = [...items];
  return list;
}

/** An id for each record that says what it is: `stage-credentials`. */
function idsOf(records: readonly FlowRecord[]): ReadonlyMap<string, string> {
  const used = new Set<string>();
  return new Map(records.map((record) => [record.key, freeId(record, used)]));
}

function freeId({ key, model, fields }: FlowRecord, used: Set<string>): string {
  const [, kind = model] = model.split('.');
  const named = fields['slug'] ?? fields['name'];
  const wish = `${kind}-${typeof named === 'string' ? named : key.slice(0, 8)}`;
  const id = used.has(wish) ? `${wish}-${key.slice(0, 8)}` : wish;
  used.add(id);
  return id;
}

/** Each record behind those that it refers to. */
function inOrder(records: readonly FlowRecord[]): readonly FlowRecord[] {
  const byKey = new Map(records.map((record) => [record.key, record]));
  const placed = new Set<FlowRecord>();
  const place = (record: FlowRecord, above: ReadonlySet<FlowRecord>): void => {
    if (placed.has(record) || above.has(record)) return;
    for (const key of keysIn(record.fields)) {
      const other = byKey.get(key);
      if (other !== undefined) place(other, new Set([...above, record]));
    }
    placed.add(record);
  };
  for (const record of records) place(record, new Set());
  return [...placed];
}

function keysIn(fields: JsonObject): readonly string[] {
  return Object.values(fields).flatMap((value) =>
    value === undefined ? [] : (isJsonList(value) ? value : [value]).filter((one) => typeof one === 'string'),
  );
}
