import { builtin } from '../../python/types/define.js';
import { raise } from '../../python/run/raise.js';
import type { Machine, Run } from '../../python/run/machine.js';
import { isObject, typeName } from '../../python/values/type-of.js';
import type { PyDict, PyRecord, Value } from '../../python/values/value.js';
import { withContaining } from '../../policies/containing-groups.js';
import type { UserProfile } from '../../ports/user-store.js';
import { awaited } from '../awaited.js';
import type { Asked } from '../asked.js';
import { groupFilters, isMatching, resultRecord } from '../group-records.js';
import { userRecord } from '../user-record.js';

/** The filters of users: the app's user store finds accounts by these alone. */
export const userFilters = ['pk', 'id', 'username', 'username__iexact', 'email', 'email__iexact'] as const;

/** The account with all of these; `null`: there is none. @throws TypeError of Python for other filters */
function* findUser(m: Machine, { question: { services } }: Asked, filters: PyDict): Run<UserProfile | null> {
  let found: UserProfile | null = null;
  for (const { key, value } of filters.entries.values()) {
    if (typeof key !== 'string' || !userFilters.some((name) => name === key))
      return raise(m, 'TypeError', `users cannot be found by ${typeof key === 'string' ? key : '?'}`);
    if (typeof value !== 'string' || value === '') return null;
    const by = key.replace('__iexact', '');
    const one = yield* awaited(() =>
      by === 'pk' || by === 'id'
        ? services.profiles.find(value)
        : services.profiles.findByTyped(value, [by === 'email' ? 'email' : 'username']),
    );
    if (one === null || (found !== null && found.id !== one.id)) return null;
    found = one;
  }
  return found;
}

function filtersOf(m: Machine, value: Value): PyDict {
  return isObject(value) && value.type === 'dict' ? value : raise(m, 'TypeError', 'filters must be keywords');
}

/** `ak_user_by(username="ann")` */
export function akUserBy(asked: Asked): Value {
  return builtin('ak_user_by', '**filters', function* (m, [filters = null]): Run {
    const found = yield* findUser(m, asked, filtersOf(m, filters));
    return found === null ? null : userRecord(asked, found, { run: m });
  });
}

/** `User` of `authentik.core.models`: `User.objects.filter(email=…).exists()`. */
export function userModel(asked: Asked): Value {
  const find = function* (m: Machine, filters: Value): Run<readonly PyRecord[]> {
    const found = yield* findUser(m, asked, filtersOf(m, filters));
    return found === null ? [] : [userRecord(asked, found, { run: m })];
  };
  const filter: Value = builtin('filter', '**filters', function* (m, [filters = null]): Run {
    return resultRecord('QuerySet', yield* find(m, filters));
  });
  const get: Value = builtin('get', '**filters', function* (m, [filters = null]): Run {
    const [found] = yield* find(m, filters);
    return found ?? raise(m, 'ObjectDoesNotExist', 'User matching query does not exist.');
  });
  const objects: Value = {
    type: 'record',
    className: 'UserManager',
    attributes: new Map([
      ['filter', filter],
      ['get', get],
    ]),
    text: 'objects',
  };
  return { type: 'record', className: 'ModelBase', attributes: new Map([['objects', objects]]), text: 'User' };
}

/** `ak_is_group_member(user, name="staff")` */
export function akIsGroupMember(asked: Asked): Value {
  return builtin('ak_is_group_member', 'user, /, **filters', function* (m, [user = null, filters = null]): Run {
    const profile = yield* profileOf(m, asked, user);
    const { groups: own = [] } = profile ?? {};
    const { parents } = asked;
    const all = parents.size === 0 ? own : yield* awaited(() => withContaining(own, (name) => parents.get(name) ?? []));
    return [...all].some((name) => isMatching(m, name, filters));
  });
}

export const memberKeywords: readonly string[] = groupFilters;

/** authentik's names of authenticators, and those of the kit. */
const authenticators = new Map([
  ['totp', 'totp'],
  ['authentik_stages_authenticator_totp.totpdevice', 'totp'],
  ['static', 'recovery_codes'],
  ['webauthn', 'webauthn'],
]);

/** `ak_user_has_authenticator(user, "totp")` */
export function akUserHasAuthenticator(asked: Asked): Value {
  return builtin('ak_user_has_authenticator', 'user, device_type=', function* (m, [user = null, type = null]): Run {
    const { secondFactors } = asked.question.services;
    const id = idOf(m, user);
    if (secondFactors === undefined || id === null) return false;
    const types = yield* awaited(() => secondFactors.typesOf(id));
    if (type === null) return types.length > 0;
    const wanted = typeof type === 'string' ? authenticators.get(type.toLowerCase()) : undefined;
    return types.some((one) => one === wanted);
  });
}

/** `None` for the user who is not signed in. @throws TypeError of Python for what is no user */
function idOf(m: Machine, user: Value): string | null {
  if (!isObject(user) || user.type !== 'record')
    return raise(m, 'TypeError', `a user is required, not ${typeName(m, user)}`);
  const pk = user.attributes.get('pk');
  return typeof pk === 'string' ? pk : null;
}

function* profileOf(m: Machine, asked: Asked, user: Value): Run<UserProfile | null> {
  const id = idOf(m, user);
  if (id === null) return null;
  if (id === asked.account?.id) return asked.account;
  return yield* awaited(() => asked.question.services.profiles.find(id));
}
