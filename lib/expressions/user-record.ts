import { isJsonObject, type JsonObject } from '../base/json.js';
import type { HostValue } from '../python/check/environment.js';
import { builtin } from '../python/types/define.js';
import type { Machine } from '../python/run/machine.js';
import type { PyRecord, Value } from '../python/values/value.js';
import type { UserProfile } from '../ports/user-store.js';
import { attributesOf } from '../policies/attributes-of.js';
import { awaited } from './awaited.js';
import { toPython } from './json-values.js';
import { groupsRecord, hostGroups } from './group-records.js';
import type { Asked } from './asked.js';
import { backend } from './plan-facts.js';

const word = { is: 'type', type: 'str' } as const;
const mapping = { is: 'type', type: 'dict' } as const;

/** What a check knows of a user. */
export const hostUser = {
  is: 'record',
  name: 'a user',
  attributes: {
    pk: null,
    id: null,
    username: word,
    name: word,
    email: word,
    is_active: null,
    is_authenticated: null,
    is_anonymous: null,
    attributes: mapping,
    groups: hostGroups,
    ak_groups: hostGroups,
    group_attributes: { is: 'function', returns: mapping },
    has_usable_password: { is: 'function', returns: null },
    backend: null,
  },
} as const satisfies HostValue;

type UserAttribute = keyof typeof hostUser.attributes;
export const userAttributes = Object.keys(hostUser.attributes);

/** An account as expressions see it. `hasBackend`: the plan has evidence of who the user is, so authentik set `backend`; `run`: the run that counts it. */
export function userRecord(
  asked: Asked,
  user: UserProfile,
  { hasBackend = false, run = null }: { readonly hasBackend?: boolean; readonly run?: Machine | null } = {},
): PyRecord {
  const own = attributesOf(user);
  const groups = groupsRecord(user.groups ?? []);
  const attributes: Partial<Record<UserAttribute, Value>> = {
    pk: user.id,
    id: user.id,
    username: user.username ?? '',
    name: user.name ?? '',
    email: user.email ?? '',
    is_active: user.active,
    is_authenticated: true,
    is_anonymous: false,
    attributes: toPython(own, run),
    groups,
    ak_groups: groups,
    group_attributes: builtin('group_attributes', 'request=', function* (m) {
      const { groupAttributes } = asked.lookups;
      if (groupAttributes === undefined) return toPython(own, m);
      return toPython(over(yield* awaited(() => groupAttributes(user)), own), m);
    }),
    has_usable_password: builtin('has_usable_password', '', function* () {
      return (yield* awaited(() => asked.question.services.profiles.passwordHashes(user.id, 0))).length > 0;
    }),
    ...(hasBackend ? { backend } : {}),
  };
  return {
    type: 'record',
    className: 'User',
    attributes: new Map(Object.entries(attributes)),
    text: user.username ?? user.id,
    key: user.id,
  };
}

/** The user's own attributes over those of groups, record by record. Copies nothing: the app's values may be shared. */
function over(groups: JsonObject, own: JsonObject): JsonObject {
  const merged = Object.entries(own).map(([key, value]) => {
    const below = Object.hasOwn(groups, key) ? groups[key] : undefined;
    return [key, isJsonObject(below) && isJsonObject(value) ? over(below, value) : value] as const;
  });
  return { ...groups, ...Object.fromEntries(merged) };
}

/** The user of a name that no account has. */
export function unknownUser(typed: string): PyRecord {
  const groups = groupsRecord([]);
  const attributes: Readonly<Record<string, Value>> = {
    pk: null,
    id: null,
    username: typed,
    name: '',
    email: typed,
    is_active: true,
    is_authenticated: true,
    is_anonymous: false,
    attributes: toPython({}),
    groups,
    ak_groups: groups,
    group_attributes: builtin('group_attributes', 'request=', () => toPython({})),
    has_usable_password: builtin('has_usable_password', '', () => true),
  };
  return { type: 'record', className: 'User', attributes: new Map(Object.entries(attributes)), text: typed, key: '' };
}

/** The user while no one is signed in; as in authentik, there is no address. */
export function anonymousUser(): PyRecord {
  const groups = groupsRecord([]);
  const attributes: Readonly<Record<string, Value>> = {
    pk: null,
    id: null,
    username: '',
    is_active: false,
    is_authenticated: false,
    is_anonymous: true,
    groups,
    ak_groups: groups,
    has_usable_password: builtin('has_usable_password', '', () => false),
  };
  return {
    type: 'record',
    className: 'AnonymousUser',
    attributes: new Map(Object.entries(attributes)),
    text: 'AnonymousUser',
    key: '',
  };
}
