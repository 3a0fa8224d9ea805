import { copy, matches, projected, spelled, updated, valuesAt } from './mongo-documents.js';
import type { Document } from './mongo-wire.js';

interface Index {
  readonly name: string;
  readonly path: string;
  readonly unique: boolean;
  readonly sparse: boolean;
}

/** A violated unique key, with MongoDB's own error code. */
export class DuplicateKey extends Error {
  readonly code = 11_000;
}

/**
 * One collection in memory with its unique keys. No operation waits, so each command is atomic, like a document in
 * MongoDB.
 */
export class MongoCollection {
  #documents: Document[] = [];
  readonly #indexes: Index[] = [{ name: '_id_', path: '_id', unique: true, sparse: false }];

  createIndex({ name, key, unique, sparse, ...rest }: Document): void {
    const unknown = Object.keys(rest).filter((option) => !['background', 'v'].includes(option));
    const [path = '', ...others] = Object.keys(key as object);
    if (unknown.length > 0 || others.length > 0) throw new Error('an index of this kind is not known here');
    if (this.#indexes.some((each) => each.name === name)) return;
    this.#indexes.push({ name: String(name), path, unique: unique === true, sparse: sparse === true });
    for (const document of this.#documents) this.#refuseTaken(document, document);
  }

  insert(document: Document): void {
    const own = copy(document);
    this.#refuseTaken(own, null);
    this.#documents.push(own);
  }

  find(filter: Document, projection?: Document): Document[] {
    return this.#documents.filter((each) => matches(each, filter)).map((each) => projected(copy(each), projection));
  }

  /** The document before and after, or null when none matches the filter. */
  update(filter: Document, change: Document): { readonly before: Document; readonly after: Document } | null {
    const at = this.#documents.findIndex((each) => matches(each, filter));
    const before = this.#documents[at];
    if (before === undefined) return null;
    const after = copy(updated(before, change));
    this.#refuseTaken(after, before);
    this.#documents[at] = after;
    return { before, after };
  }

  delete(filter: Document, many: boolean): number {
    const gone = this.#documents.filter((each) => matches(each, filter)).slice(0, many ? undefined : 1);
    this.#documents = this.#documents.filter((each) => !gone.includes(each));
    return gone.length;
  }

  /** @param itself the document that stands there already and is changed or looked at */
  #refuseTaken(document: Document, itself: Document | null): void {
    for (const index of this.#indexes.filter(({ unique }) => unique)) {
      const own = keysOf(document, index);
      const taken = this.#documents.some(
        (other) => other !== itself && keysOf(other, index).some((key) => own.includes(key)),
      );
      if (taken) throw new DuplicateKey(`E11000 duplicate key error index: ${index.name}`);
    }
  }
}

/** A document's keys in an index; several when the path reaches an array, and one `null` when it reaches nothing. */
function keysOf(document: Document, { path, sparse }: Index): readonly string[] {
  const values = valuesAt(document, path);
  const list = values.length > 1 ? values.slice(0, -1) : values;
  const present = list.filter((value) => value !== undefined);
  if (present.length === 0) return sparse ? [] : [spelled(null)];
  return present.map(spelled);
}
