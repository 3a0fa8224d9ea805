import { isSameJson } from '../../base/json.js';
import type { FlowRecord, Records } from './record.js';

/** What an import does to one record. */
export interface Change {
  readonly change: 'created' | 'updated' | 'deleted' | 'unchanged';
  readonly key: string;
  readonly model: string;
  /** What people know it by: its slug or name, or the key. */
  readonly name: string;
  /** The fields that are new or have another value; of a deleted record none. Values are not listed: they may be long. */
  readonly fields: readonly string[];
}

/** What is different between two states, record by record. */
export function changesBetween(before: Records, after: Records): readonly Change[] {
  const kept = [...after.values()].map((record): Change => {
    const old = before.get(record.key);
    const fields = old === undefined ? Object.keys(record.fields) : changedFields(old, record);
    const change = old === undefined ? 'created' : fields.length > 0 ? 'updated' : 'unchanged';
    return { change, key: record.key, model: record.model, name: nameOf(record), fields };
  });
  const deleted = [...before.values()]
    .filter(({ key }) => !after.has(key))
    .map((record): Change => ({
      change: 'deleted',
      key: record.key,
      model: record.model,
      name: nameOf(record),
      fields: [],
    }));
  return [...kept, ...deleted];
}

function nameOf({ key, fields }: FlowRecord): string {
  const name = fields['slug'] ?? fields['name'] ?? fields['field_key'];
  return typeof name === 'string' ? name : key;
}

function changedFields(before: FlowRecord, after: FlowRecord): readonly string[] {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  return [...names].filter((name) => !isSameJson(before.fields[name], after.fields[name]));
}
