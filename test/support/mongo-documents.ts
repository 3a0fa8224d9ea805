import { mongo } from 'mongoose';
import type { Document } from './mongo-wire.js';

const { BSON } = mongo;

/** Every value at a dotted path; an array stands for each of its elements and for itself, as in MongoDB. */
export function valuesAt(document: unknown, path: string): readonly unknown[] {
  const value = path.split('.').reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), document);
  return Array.isArray(value) ? [...(value as unknown[]), value] : [value];
}

/**
 * Whether a document matches a filter of equalities, `$in`, `$ne` and `$exists`. Anything else is an error, never a
 * guess.
 */
export function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([path, wanted]) => {
    if (path.startsWith('$')) throw new Error(`the filter ${path} is not known here`);
    const found = valuesAt(document, path);
    if (!isRecord(wanted) || !Object.keys(wanted).some((key) => key.startsWith('$'))) return holds(found, wanted);
    return Object.entries(wanted).every(([operator, operand]) => {
      if (operator === '$ne') return !holds(found, operand);
      if (operator === '$exists') return found.some((value) => value !== undefined) === operand;
      if (operator === '$in' && Array.isArray(operand)) return operand.some((each: unknown) => holds(found, each));
      throw new Error(`the filter ${operator} is not known here`);
    });
  });
}

/** The document after an update: a replacement, or `$set`, `$unset`, `$addToSet` and `$pull`. */
export function updated(document: Document, update: Document): Document {
  if (!Object.keys(update).some((key) => key.startsWith('$'))) return { _id: document['_id'], ...update };
  const changed = copy(document);
  for (const [operator, fields] of Object.entries(update)) {
    for (const [path, value] of Object.entries(fields as Document)) {
      const { parent, name } = placeOf(changed, path);
      if (operator === '$set') parent[name] = value;
      else if (operator === '$unset') Reflect.deleteProperty(parent, name);
      else if (operator === '$addToSet') {
        const list = (parent[name] ?? []) as unknown[];
        if (!holds(list, value)) list.push(value);
        parent[name] = list;
      } else if (operator === '$pull') {
        const list = (parent[name] ?? []) as unknown[];
        parent[name] = list.filter((one) => spelled(one) !== spelled(value));
      } else if (operator !== '$setOnInsert') throw new Error(`the update ${operator} is not known here`);
    }
  }
  return changed;
}

/** The result of a projection of top-level names on a document. */
export function projected(document: Document, projection: Document = {}): Document {
  const entries = Object.entries(projection);
  const picks = entries.some(([name, on]) => name !== '_id' && Boolean(on));
  return Object.fromEntries(
    Object.entries(document).filter(([name]) => {
      const on = entries.find(([each]) => each === name)?.[1];
      return on === undefined ? !picks || name === '_id' : Boolean(on);
    }),
  );
}

/** One text for equal values, whatever their type. */
export function spelled(value: unknown): string {
  return Buffer.from(BSON.serialize({ value })).toString('base64');
}

export function copy(document: Document): Document {
  return BSON.deserialize(BSON.serialize(document));
}

function holds(found: readonly unknown[], wanted: unknown): boolean {
  if (wanted === null) return found.length === 1 && (found[0] ?? null) === null;
  return found.some((value) => value !== undefined && spelled(value) === spelled(wanted));
}

function placeOf(document: Document, path: string): { parent: Document; name: string } {
  const names = path.split('.');
  const name = names.pop() ?? '';
  let parent = document;
  for (const each of names) {
    const next = isRecord(parent[each]) ? parent[each] : {};
    parent[each] = next;
    parent = next;
  }
  return { parent, name };
}

function isRecord(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value);
}
