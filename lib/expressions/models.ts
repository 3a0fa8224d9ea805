import { builtin } from '../python/types/define.js';
import type { PyModule, Value } from '../python/values/value.js';
import type { Asked } from './asked.js';
import { userModel } from './helpers/users.js';
import { toPython } from './json-values.js';

/** Where users and their settings are found. */
export const modelsModule = 'authentik.core.models';

/** The constants of `authentik.core.models` that policies of settings flows use. */
export const modelConstants: ReadonlyMap<string, string> = new Map([
  ['USER_ATTRIBUTE_CHANGE_USERNAME', 'goauthentik.io/user/can-change-username'],
  ['USER_ATTRIBUTE_CHANGE_NAME', 'goauthentik.io/user/can-change-name'],
  ['USER_ATTRIBUTE_CHANGE_EMAIL', 'goauthentik.io/user/can-change-email'],
]);

const systemDefaults = {
  default_user_change_name: true,
  default_user_change_email: false,
  default_user_change_username: false,
};

/** What stands in the place of authentik's own modules. */
export function modelModules(asked: Asked): ReadonlyMap<string, PyModule> {
  const settings = { ...systemDefaults, ...asked.lookups.systemSettings };
  const attributes = new Map(Object.entries(settings).map(([name, value]) => [name, toPython(value)]));
  const record: Value = { type: 'record', className: 'Tenant', attributes, text: 'Tenant' };
  return new Map(
    [
      module(modelsModule, [['User', userModel(asked)], ...modelConstants]),
      module('authentik.admin.utils', [['get_system_settings', builtin('get_system_settings', '', () => record)]]),
    ].map((one) => [one.name, one]),
  );
}

function module(name: string, members: readonly (readonly [string, Value])[]): PyModule {
  return { type: 'module', name, members: new Map(members) };
}
