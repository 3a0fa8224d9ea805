import { isForbiddenKey, isJsonList, isJsonObject, mergeDeep, type Json, type JsonObject } from '../../base/json.js';
import type { Round } from './scope.js';
import type { TagCall, TagRule } from './tag-table.js';

/** `!Enumerate [collection, SEQ or MAP, template]`: the template once for each member. */
export const enumerate: TagRule = (call) => {
  const [from, kind, template] = call.parts;
  if (from === undefined || template === undefined)
    return call.fail('!Enumerate needs a collection, SEQ or MAP, and a template');
  const name = call.text(kind, 'SEQ or MAP').toUpperCase();
  const members = membersOf(call.resolve(from));
  if (members === null) return call.fail('!Enumerate needs a list or a mapping', from.at);
  const made = call.all(members.map((round) => () => call.resolve(template, [round, ...call.rounds])));
  if (name === 'SEQ') return made;
  if (name === 'MAP') return made.reduce<JsonObject>((merged, one) => mergeDeep(merged, recordOf(call, one)), {});
  return call.fail(`"${name}" is neither SEQ nor MAP`);
};

/** `!Index n`: the position, or the key, in the round that is `n` levels out. */
export const index: TagRule = (call) => roundOf(call).index;

/** `!Value n`: the member of that round. */
export const value: TagRule = (call) => roundOf(call).value;

function membersOf(collection: Json): readonly Round[] | null {
  if (isJsonList(collection)) return collection.map((item, at) => ({ index: at, value: item }));
  if (!isJsonObject(collection)) return null;
  return Object.entries(collection).map(([key, item]) => ({ index: key, value: item ?? null }));
}

function recordOf(call: TagCall, made: Json): JsonObject {
  if (isJsonObject(made)) return made;
  if (isJsonList(made) && typeof made[0] === 'string' && isForbiddenKey(made[0]))
    return call.fail(`"${made[0]}" cannot be a key`);
  if (isJsonList(made) && made.length === 2 && typeof made[0] === 'string') return { [made[0]]: made[1] ?? null };
  return call.fail('with MAP, the template is a mapping, or a list of a key and a value');
}

function roundOf(call: TagCall): Round {
  const { tag } = call.node;
  const level = Number(call.text(call.parts[0], 'a number'));
  if (!Number.isInteger(level) || level < 0) return call.fail(`${tag} needs a number: 0 is the innermost !Enumerate`);
  const round = call.rounds[level];
  if (round !== undefined) return round;
  return call.fail(
    call.rounds.length === 0
      ? `${tag} stands outside of !Enumerate`
      : `${tag} ${String(level)} is further out than the outermost !Enumerate`,
  );
}
