import type { Json, JsonObject } from '../../base/json.js';
import type { Position } from '../problems.js';

/** What the tags of one file can reach. */
export interface TagScope {
  /** A value for `!Context`: of the import, or else of the file. @throws Unresolved for one with a mistake */
  readonly contextValue: (key: string) => Json | undefined;
  /** The value of an environment variable; `undefined`: it is not set, or the app has not allowed it. */
  readonly environment: (name: string) => string | undefined;
  /** The text of a file; `undefined`: there is none, or it is outside the allowed folder. */
  readonly file: (path: string) => string | undefined;
  /**
   * The entry above: its key; `'left out'`: its model is foreign. `'nothing'`: it makes no object, by its conditions or
   * its state. `undefined`: there is no such entry.
   * @throws Unresolved for an entry with a mistake
   */
  readonly keyOf: (id: string) => { readonly key: string } | 'left out' | 'nothing' | undefined;
  /** The first object that matches all fields; `undefined`: there is none. @throws Unresolved where it may be missing */
  readonly find: (model: string, fields: readonly (readonly [string, Json])[]) => FoundObject | undefined;
}

interface FoundObject {
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

/** The tags of a file make more than is allowed: nothing of it is read any more. */
export class TooMuch extends TagMistake {}

/** A value that cannot be known, because of a mistake that was reported. */
export class Unresolved extends Error {}

/** A tag that refers to an entry which was left out: what needs it is left out too. */
export class LeftOut extends Error {
  constructor(
    readonly at: Position,
    readonly id: string,
  ) {
    super(`the entry "${id}" was left out`);
  }
}
