import type { Json, JsonObject } from '../../base/json.js';
import type { Position } from '../problems.js';

/** What the tags of one file can reach. */
export interface TagScope {
  /** Values for `!Context`: those of the import over those of the file. */
  readonly context: JsonObject;
  /** The value of an environment variable; `undefined`: it is not set, or the app has not allowed it. */
  readonly environment: (name: string) => string | undefined;
  /** The text of a file; `undefined`: there is none, or it is outside the allowed folder. */
  readonly file: (path: string) => string | undefined;
  /** The key of an entry above; `null`: the entry was left out. `undefined`: there is no such entry. */
  readonly keyOf: (id: string) => string | null | undefined;
  /** The first object that matches all fields; `undefined`: there is none. */
  readonly find: (model: string, fields: readonly (readonly [string, Json])[]) => FoundObject | undefined;
}

export interface FoundObject {
  readonly key: string;
  readonly data: JsonObject;
}

/** The rounds of `!Enumerate` around a value, the innermost first. */
export interface Round {
  readonly index: Json;
  readonly value: Json;
}

/** A tag that cannot be resolved. */
export class TagMistake extends Error {
  constructor(
    readonly at: Position,
    message: string,
  ) {
    super(message);
  }
}

/** A tag that refers to an entry which was left out: what needs it is left out too. */
export class LeftOut extends Error {
  constructor(
    readonly at: Position,
    readonly id: string,
  ) {
    super(`the entry "${id}" was left out`);
  }
}
