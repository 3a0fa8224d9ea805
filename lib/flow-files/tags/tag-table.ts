import type { Json } from '../../base/json.js';
import type { Position } from '../problems.js';
import type { Tagged, Tree } from '../read/tree.js';
import type { Round, TagScope } from './scope.js';

/** What a tag may use to find its value. */
export interface TagCall {
  readonly node: Tagged;
  readonly scope: TagScope;
  readonly rounds: readonly Round[];
  /** The arguments, still with their tags: a list's items, or the one value. */
  readonly parts: readonly Tree[];
  resolve(part: Tree, rounds?: readonly Round[]): Json;
  /** Does all of it, so that each mistake is reported. @throws Unresolved where one of them failed */
  all<Made>(acts: readonly (() => Made)[]): readonly Made[];
  /** The resolved part, which must be a text. */
  text(part: Tree | undefined, what: string): string;
  /** @throws TagMistake */
  fail(message: string, at?: Position): never;
}

export type TagRule = (call: TagCall) => Json;
