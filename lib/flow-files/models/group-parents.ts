import { isJsonList, type Json } from '../../base/json.js';
import { kitMade } from '../../flow/made-by.js';
import type { Records } from '../records/record.js';
import { groupModel } from './model-names.js';

type Parents = Readonly<Record<string, readonly string[]>>;

/** The groups that contain a group, by its name. */
export const groupParents = kitMade('groupParents', (parents: Parents) => {
  const known = new Map(Object.entries(parents));
  return (group: string): readonly string[] => known.get(group) ?? [];
});

/** Without those that do not lead to the group: what a policy of it keeps, and an export writes, is only what it needs. */
export function parentsUpTo(group: string, parents: Parents): Parents {
  const reached = new Set([group]);
  const children = new Map<string, string[]>();
  for (const [name, above] of Object.entries(parents))
    for (const one of above) children.set(one, [...(children.get(one) ?? []), name]);
  for (const one of reached) for (const child of children.get(one) ?? []) reached.add(child);
  return Object.fromEntries(
    Object.entries(parents).flatMap(([name, above]): [string, readonly string[]][] => {
      const leading = above.filter((one) => reached.has(one));
      return name === group || leading.length === 0 ? [] : [[name, leading]];
    }),
  );
}

/** Those of the files, where members of a group count as members of its parents, as in authentik; `null`: there are none. */
export function parentsIn(records: Records): Parents | null {
  const nameOf = (key: Json | undefined): readonly string[] => {
    const record = typeof key === 'string' ? records.get(key) : undefined;
    const name = record?.model === groupModel ? record.fields['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  };
  const found = [...records.values()].flatMap(({ model, fields }): [string, readonly string[]][] => {
    const { name, parent, parents = [] } = fields;
    if (model !== groupModel || typeof name !== 'string') return [];
    const above = [parent, ...(isJsonList(parents) ? parents : [])].flatMap((key) => nameOf(key));
    return above.length === 0 ? [] : [[name, above]];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}
