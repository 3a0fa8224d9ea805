import type { PythonEnvironment } from '../python/check/environment.js';
import { checkContextUse } from './context-use.js';
import { neededLookups } from './helpers/app.js';
import { hostResult, resultAttributes } from './helpers/call-policy.js';
import { hostLogger, loggerAttributes } from './helpers/messages.js';
import { textHelpers } from './helpers/texts.js';
import { memberKeywords, userFilters } from './helpers/users.js';
import { groupAttributes } from './group-records.js';
import type { PythonLookups } from './lookups.js';
import { checkMetaUse } from './meta-use.js';
import { checkGroupAttributesUse } from './group-attributes-use.js';
import { modelConstants, modelsModule } from './models.js';
import { invitationAttributes, sourceAttributes } from './plan-facts.js';
import { hostHttpRequest, hostRequest, requestAttributes } from './request-records.js';
import { hostUser, userAttributes } from './user-record.js';

/** The names of authentik that are not available, each with the reason. */
const refused: readonly (readonly [string, string])[] = [
  ['requests', 'expressions do not use the network; give a function by lookups'],
  ['ak_create_jwt', 'the kit issues no tokens of providers'],
  ['ak_create_jwt_raw', 'the kit issues no tokens of providers'],
];

/** What expression policies find. Helpers whose function the app does not give are refused by name. */
export function policyEnvironment(lookups: PythonLookups, policies: readonly string[]): PythonEnvironment {
  const missing = Object.entries(neededLookups).filter(([, lookup]) => lookups[lookup] === undefined);
  const given = Object.keys(neededLookups).filter((name) => !missing.some(([one]) => one === name));
  return {
    globals: new Map([
      ...[
        'ak_client_ip',
        'ak_is_sso_flow',
        'ak_message',
        'ak_user_has_authenticator',
        ...Object.keys(textHelpers),
        ...given,
      ].map((name) => [name, {}] as const),
      ['request', { is: hostRequest }],
      ['context', { is: { is: 'type', type: 'dict' } }],
      ['http_request', { is: hostHttpRequest }],
      ['user', { is: hostUser }],
      ['ak_logger', { is: hostLogger }],
      ['ak_call_policy', { named: { what: 'policy', names: policies }, is: { is: 'function', returns: hostResult } }],
      ['ak_user_by', { keywords: userFilters, is: { is: 'function', returns: hostUser } }],
      ['ak_is_group_member', { keywords: memberKeywords }],
    ]),
    refused: new Map([
      ...refused,
      ...missing.map(([name, lookup]): [string, string] => [name, `it needs the function ${lookup} in lookups`]),
    ]),
    attributes: new Set([
      ...userAttributes,
      ...groupAttributes,
      ...requestAttributes,
      ...loggerAttributes,
      ...resultAttributes,
      ...invitationAttributes,
      ...sourceAttributes,
      'objects',
      'get',
      'slug',
      'designation',
      'default_user_change_email',
      'default_user_change_name',
      'default_user_change_username',
      ...Object.keys(lookups.systemSettings ?? {}),
    ]),
    inspect: (program, report) => {
      checkContextUse(program, lookups, report);
      checkMetaUse(program, report);
      checkGroupAttributesUse(program, lookups, report);
    },
    modules: new Map([
      [modelsModule, new Set(['User', ...modelConstants.keys()])],
      ['authentik.admin.utils', new Set(['get_system_settings'])],
    ]),
  };
}

/** What expressions of prompts find: there is no form yet whose answers could be refused. */
export function promptEnvironment(lookups: PythonLookups): PythonEnvironment {
  const environment = policyEnvironment(lookups, []);
  const globals = new Map(environment.globals);
  globals.delete('ak_message');
  globals.set('prompt_context', {});
  return { ...environment, globals };
}
