import { isForbiddenKey, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { Member, Tree } from '../read/tree.js';
import { TagMistake, type LeftOut } from '../tags/scope.js';

/** What could be read of the fields of an entry. */
export interface ResolvedFields {
  readonly values: JsonObject;
  /** Fields with a mistake that was reported; `'all'`: none is known. */
  readonly broken: ReadonlySet<string> | 'all';
  /** What was read: the fields that count, without what refers to an entry that was left out. */
  readonly tree: Tree | null;
}

interface FieldReading {
  readonly resolve: (tree: Tree) => Json;
  /** Reports what is wrong, and answers `null` then. `leaveOut` is called where that is an entry that was left out. */
  readonly attempt: <T>(act: () => T, leaveOut?: (error: LeftOut) => void) => T | null;
  readonly optional?: OptionalFields;
}

/** Fields that are not a part of the entry. */
interface OptionalFields {
  readonly use: (field: string) => 'needed' | 'optional' | 'unread';
  readonly resolve: (tree: Tree) => Json;
  readonly leaveOut: (error: LeftOut) => void;
}

/** A field with its value; `'broken'`: it has a mistake; `'left out'`: it does not count. */
type Resolved = { readonly tree: Tree; readonly value: Json } | 'broken' | 'left out';

/** Resolves each field on its own, so that the mistake of one hides no other. */
export function resolveFields(tree: Tree | null, what: string, reading: FieldReading): ResolvedFields {
  const { resolve, attempt } = reading;
  if (tree === null) return { values: {}, broken: new Set(), tree };
  if (tree.type !== 'mapping') {
    const whole = attempt(() => ({ value: mappingOf(resolve(tree), tree, what) }));
    return { values: whole?.value ?? {}, broken: whole === null ? 'all' : new Set(), tree };
  }
  const broken = new Set<string>();
  const members: Member[] = [];
  const values: [string, Json][] = [];
  for (const member of tree.members) {
    const resolved = fieldOf(member, reading);
    if (resolved === 'left out') continue;
    if (resolved === 'broken') broken.add(member.key);
    else values.push([member.key, resolved.value]);
    members.push(resolved === 'broken' ? member : { ...member, value: resolved.tree });
  }
  return { values: Object.fromEntries(values), broken, tree: { ...tree, members } };
}

function fieldOf({ key, value: tree }: Member, { resolve, attempt, optional }: FieldReading): Resolved {
  const use = optional?.use(key) ?? 'needed';
  if (use === 'unread') return 'left out';
  if (use === 'needed' || optional === undefined) {
    const made = attempt(() => ({ tree, value: resolve(tree) }));
    return made ?? 'broken';
  }
  return tree.type === 'list' ? membersOf(tree, attempt, optional) : optionalOf(tree, attempt, optional);
}

/** Of a list, only the members are left out that refer to an entry which was. */
function membersOf(
  tree: Extract<Tree, { type: 'list' }>,
  attempt: FieldReading['attempt'],
  optional: OptionalFields,
): Resolved {
  const items = tree.items.map((item) => optionalOf(item, attempt, optional));
  if (items.includes('broken')) return 'broken';
  const kept = items.filter((item) => typeof item === 'object');
  return { tree: { ...tree, items: kept.map((item) => item.tree) }, value: kept.map(({ value }) => value) };
}

function optionalOf(tree: Tree, attempt: FieldReading['attempt'], { resolve, leaveOut }: OptionalFields): Resolved {
  let isLeftOut = false;
  const made = attempt(
    () => ({ tree, value: resolve(tree) }),
    (error) => {
      isLeftOut = true;
      leaveOut(error);
    },
  );
  return made ?? (isLeftOut ? 'left out' : 'broken');
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
