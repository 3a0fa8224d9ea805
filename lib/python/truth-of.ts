import { isObject } from './values/type-of.js';
import type { Value } from './values/value.js';

/** `bool(value)` of a result, after its run. */
export function truthOf(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'number') return value !== 0;
  if (!isObject(value)) return Boolean(value);
  const { type } = value;
  if (type === 'list' || type === 'tuple') return value.items.length > 0;
  if (type === 'dict') return value.entries.size > 0;
  if (type === 'view') return value.of.entries.size > 0;
  if (type === 'set' || type === 'frozenset') return value.members.size > 0;
  if (type === 'range') return value.length > 0n;
  if (type === 'timedelta') return value.micros !== 0n;
  return type !== 'record' || value.truth !== false;
}
