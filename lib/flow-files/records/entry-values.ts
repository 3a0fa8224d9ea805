import { isJsonObject, mergeDeep, type Json, type JsonObject } from '../../base/json.js';
import type { EntryTree } from '../read/document.js';
import type { Position } from '../problems.js';
import { memberOf, type Tree } from '../read/tree.js';
import { TagMistake, Unresolved } from '../tags/scope.js';
import { isBrokenField, type ResolvedFields } from './resolve-fields.js';
import { findRecord, type FieldPosition, type FlowRecord, type RecordPosition, type Records } from './record.js';

/** Where the entry and its fields stand; fields that an earlier entry gave stand where it gave them. */
export function placeOf(
  file: string,
  at: Position,
  resolved: readonly ResolvedFields[],
  earlier: RecordPosition | undefined,
): RecordPosition {
  const fields = resolved.flatMap(({ tree }) =>
    tree?.type === 'mapping' ? tree.members.map(({ key, value }) => [key, positionOf(value, file)] as const) : [],
  );
  const given = new Set(resolved.flatMap(({ values }) => Object.keys(values)));
  const kept = earlier === undefined || earlier.broken === 'all' ? [] : [...earlier.broken];
  const unknown = resolved.map(({ broken }) => broken);
  const isOpen = unknown.includes('all');
  const names = unknown.flatMap((one) => (one === 'all' ? [] : [...one]));
  const broken = isOpen ? 'all' : new Set([...kept.filter((name) => !given.has(name)), ...names]);
  return { file, at, fields: new Map([...(earlier?.fields ?? []), ...fields]), broken };
}

/** The type of a prompt as it is written; `undefined`: none, or one that a tag makes. */
export function typeOf({ attrs }: EntryTree): Json | undefined {
  if (attrs?.type !== 'mapping') return undefined;
  const written = memberOf(attrs, 'type') ?? memberOf(attrs, 'prompt_type');
  return written?.value.type === 'scalar' ? written.value.value : undefined;
}

export function contextOf(own: ResolvedFields, given: JsonObject): (key: string) => Json | undefined {
  return (key) => {
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value === undefined && isBrokenField(own, key)) throw new Unresolved();
    const ofFile = Object.hasOwn(own.values, key) ? own.values[key] : undefined;
    return isJsonObject(value) && isJsonObject(ofFile) ? mergeDeep(ofFile, value) : (value ?? ofFile);
  };
}

export function idOf(tree: Tree, resolve: (tree: Tree) => Json): string {
  const id = resolve(tree);
  if (typeof id === 'number') return String(id);
  if (typeof id === 'string') return id;
  throw new TagMistake(tree.at, 'id must be a text');
}

export function textOf(tree: Tree, what: string, resolve: (tree: Tree) => Json): string {
  const value = resolve(tree);
  if (typeof value === 'string' && value !== '') return value;
  throw new TagMistake(tree.at, `${what} must be a text`);
}

/** True where the object is looked for by its key alone, and what should give the key, such as `!Find`, gives none. */
export function hasOnlyEmptyKey({ values }: ResolvedFields): boolean {
  return values['pk'] === null && Object.keys(values).length === 1;
}

/** By its key, or else by all other identifiers together. */
export function existing(records: Records, model: string, { pk, ...named }: JsonObject): FlowRecord | undefined {
  if (typeof pk === 'string') {
    const record = records.get(pk);
    if (record?.model === model) return record;
  }
  const fields = Object.entries(named).map(([name, value]) => [name, value ?? null] as const);
  return fields.length === 0 ? undefined : findRecord(records, model, fields);
}

function positionOf(tree: Tree, file: string): FieldPosition {
  return {
    ...tree.at,
    file,
    firstLine: tree.type === 'scalar' ? tree.firstLine : null,
    tag: tree.type === 'tagged' ? tree.tag : null,
    written: tree.type === 'scalar' ? tree.written : null,
    items: tree.type === 'list' ? tree.items.map(({ at }) => at) : [],
  };
}
