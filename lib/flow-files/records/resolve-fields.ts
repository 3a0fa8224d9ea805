import { isForbiddenKey, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { Tree } from '../read/tree.js';
import { TagMistake } from '../tags/scope.js';

/** What could be read of the fields of an entry. */
export interface ResolvedFields {
  readonly values: JsonObject;
  /** Fields with a mistake that was reported; `'all'`: none is known. */
  readonly broken: ReadonlySet<string> | 'all';
}

const noFields: ResolvedFields = { values: {}, broken: new Set() };

/** Resolves each field on its own, so that the mistake of one hides no other. `attempt` reports, and answers `null`. */
export function resolveFields(
  tree: Tree | null,
  what: string,
  { resolve, attempt }: { resolve(tree: Tree): Json; attempt<T>(act: () => T): T | null },
): ResolvedFields {
  if (tree === null) return noFields;
  if (tree.type !== 'mapping') {
    const whole = attempt(() => ({ value: mappingOf(resolve(tree), tree, what) }));
    return whole === null ? { values: {}, broken: 'all' } : { values: whole.value, broken: new Set() };
  }
  const broken = new Set<string>();
  const values = tree.members.flatMap(({ key, value }): readonly (readonly [string, Json])[] => {
    const made = attempt(() => ({ value: resolve(value) }));
    if (made !== null) return [[key, made.value]];
    broken.add(key);
    return [];
  });
  return { values: Object.fromEntries(values), broken };
}

function mappingOf(value: Json, tree: Tree, what: string): JsonObject {
  // `attrs:` with nothing behind it.
  if (value === null) return {};
  if (isJsonObject(value) && !Object.keys(value).some(isForbiddenKey)) return value;
  throw new TagMistake(tree.at, `${what} must be a mapping`);
}

export function isBrokenField({ broken }: Pick<ResolvedFields, 'broken'>, name: string): boolean {
  return broken === 'all' || broken.has(name);
}
