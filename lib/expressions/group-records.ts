import type { HostValue } from '../python/check/environment.js';
import { builtin } from '../python/types/define.js';
import { raise } from '../python/run/raise.js';
import type { PyRecord, Value } from '../python/values/value.js';
import { isObject } from '../python/values/type-of.js';
import type { Machine } from '../python/run/machine.js';

const result = {
  is: 'record',
  name: 'a QuerySet',
  attributes: {
    exists: { is: 'function', returns: null },
    first: { is: 'function', returns: null },
    count: { is: 'function', returns: null },
    all: { is: 'function', returns: { is: 'type', type: 'list' } },
  },
} as const satisfies HostValue;

/** What a check knows of `user.groups`. */
export const hostGroups = {
  is: 'record',
  name: 'ak_groups',
  attributes: { ...result.attributes, filter: { is: 'function', returns: result } },
} as const satisfies HostValue;

export const groupAttributes = ['name', ...Object.keys(hostGroups.attributes)];

/** The filters of groups that are supported. */
export const groupFilters = ['name', 'name__in', 'name__iexact', 'name__startswith'] as const;

function groupRecord(name: string): PyRecord {
  return {
    type: 'record',
    className: 'Group',
    attributes: new Map<string, Value>([['name', name]]),
    text: name,
    key: name,
  };
}

/** What `.filter(…)` returns: records that can be counted. */
export function resultRecord(className: string, records: readonly PyRecord[]): PyRecord {
  const attributes: Readonly<Record<string, Value>> = {
    exists: builtin('exists', '', () => records.length > 0),
    first: builtin('first', '', () => records[0] ?? null),
    count: builtin('count', '', () => BigInt(records.length)),
    all: builtin('all', '', () => ({ type: 'list', items: [...records] })),
  };
  return {
    type: 'record',
    className,
    attributes: new Map(Object.entries(attributes)),
    text: '',
    truth: records.length > 0,
  };
}

/** `user.groups`: the names of the app's groups. */
export function groupsRecord(names: readonly string[]): PyRecord {
  const groups = resultRecord('GroupManager', names.map(groupRecord));
  const filter: Value = builtin('filter', '**filters', (m, [filters = null]) =>
    resultRecord('QuerySet', names.filter((name) => isMatching(m, name, filters)).map(groupRecord)),
  );
  return {
    type: 'record',
    className: 'GroupManager',
    attributes: new Map([...groups.attributes, ['filter', filter]]),
    text: 'groups',
  };
}

/** True for a group with all of these filters. @throws TypeError of Python for other filters */
export function isMatching(m: Machine, name: string, filters: Value): boolean {
  if (!isObject(filters) || filters.type !== 'dict') return true;
  return [...filters.entries.values()].every(({ key, value }) => {
    if (key === 'name') return value === name;
    if (key === 'name__iexact') return typeof value === 'string' && value.toLowerCase() === name.toLowerCase();
    if (key === 'name__startswith') return typeof value === 'string' && name.startsWith(value);
    if (key === 'name__in' && isObject(value) && (value.type === 'list' || value.type === 'tuple'))
      return value.items.includes(name);
    if (key === 'name__in' && isObject(value) && value.type === 'set') return value.members.has(`s${name}`);
    return raise(m, 'TypeError', `groups cannot be filtered by ${typeof key === 'string' ? key : '?'}`);
  });
}
