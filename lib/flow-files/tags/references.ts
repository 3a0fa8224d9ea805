import { isJsonList, type Json } from '../../base/json.js';
import { LeftOut } from './scope.js';
import type { TagCall, TagRule } from './tag-table.js';

/** `!KeyOf id`: the key of an entry that stands above. */
export const keyOf: TagRule = (call) => {
  const id = call.text(call.parts[0], 'the id of an entry');
  const entry = call.scope.keyOf(id);
  if (entry === undefined) return call.fail(`no entry above has the id "${id}"`);
  if (entry === 'nothing') return call.fail(`the entry "${id}" makes no object, by its conditions or its state`);
  if (entry === 'left out') throw new LeftOut(call.node.at, id);
  return entry.key;
};

/**
 * `!Find [model, [field, value], …]`: the key of the first object that matches; null without one. Sources are the app's,
 * not the files': one that is looked for by its slug is that slug.
 */
export const find: TagRule = (call) => {
  const { model, conditions } = question(call);
  return (
    call.scope.find(model, conditions)?.key ?? (model.startsWith('authentik_sources_') ? slugIn(conditions) : null)
  );
};

/** `!FindObject [model, [field, value], …]`: all of that object's data. */
export const findObject: TagRule = (call) => {
  const { model, conditions } = question(call);
  return call.scope.find(model, conditions)?.data ?? null;
};

interface Question {
  readonly model: string;
  readonly conditions: readonly (readonly [field: string, value: Json])[];
}

function slugIn(conditions: Question['conditions']): Json {
  return conditions.find(([field]) => field === 'slug')?.[1] ?? null;
}

function question(call: TagCall): Question {
  const [model, ...fields] = call.parts;
  const name = call.text(model, 'the name of a model');
  if (fields.length === 0) call.fail(`${call.node.tag} needs at least one [field, value]`);
  const conditions = call.all(
    fields.map((part) => () => {
      const pair: Json = call.resolve(part);
      if (isJsonList(pair) && pair.length === 2 && typeof pair[0] === 'string')
        return [pair[0], pair[1] ?? null] as const;
      return call.fail('a condition is a list of a field and a value', part.at);
    }),
  );
  return { model: name, conditions };
}
