import { longestSeconds } from '../../base/setting-rules.js';
import { passwordWrite } from '../../stages/password-write.js';
import { userDelete } from '../../stages/user-delete.js';
import { userLogin } from '../../stages/user-login.js';
import { userLogout } from '../../stages/user-logout.js';
import { userWrite } from '../../stages/user-write.js';
import type { Building, FlowOf } from '../build/building.js';
import { duration, oneOf, reference, words } from '../build/field-kinds.js';
import type { FieldReader } from '../build/field-reader.js';
import { sameSeconds } from '../build/same-values.js';
import type { FlowRecord } from '../records/record.js';
import { checkAccountFields } from './account-fields.js';
import { builtInPolicyModel, codePolicyModel, expressionPolicyModel } from './model-names.js';
import { asksPassword } from './remember-me.js';
import { asDuration, asIs, nameOfStage, type StageModel } from './stage-model.js';

const userTypes = oneOf('internal', 'external', 'service_account', 'internal_service_account');
const ownKeys = new Set(['username', 'email', 'name', 'password']);

/**
 * `authentik_stages_user_write.userwritestage`. `create_when_required` decides by who is signed in; here the flow's
 * designation decides, so that a visitor never changes an account in a flow that creates them.
 */
export const userWriteModel: StageModel = {
  make(reader, building, flow) {
    const mode = reader.oneOf(
      'user_creation_mode',
      ['create_when_required', 'always_create', 'never_create'],
      'create_when_required',
    );
    const creates = mode === 'create_when_required' ? flow.designation === 'enrollment' : mode === 'always_create';
    // What it needs of the flow is checked with its stages; whatever these do, no account is active without a proof.
    const isInactive = reader.flag('create_users_as_inactive', false);
    reader.unsupported(
      'create_users_group',
      reference,
      [''],
      'groups come from an invitation’s data, or from `onEnrolled`',
    );
    reader.unsupported(
      'user_type',
      userTypes,
      ['external', 'internal'],
      'the app’s user store decides what an account is',
    );
    reader.unsupported('user_path_template', words, ['', 'users'], 'accounts have no path');
    const attributes =
      creates || mode === 'never_create' || flow.designation !== 'recovery'
        ? [...keysOf(building, flow), ...(setsAttributes(building) ? ['attributes'] : [])]
        : [];
    if (!flow.isOwn) checkAccountFields(promptsOf(building, flow), building);
    // It ends the other sessions as well, and never touches anything else.
    if (!creates && !flow.isOwn && asksOnlyPasswords(building, flow))
      return passwordWrite({ name: nameOfStage(reader) });
    return userWrite({
      name: nameOfStage(reader),
      creationMode: creates ? 'always_create' : 'never_create',
      ...(creates && isInactive ? { provedEmail: true } : {}),
      ...(attributes.length === 0 ? {} : { attributes }),
    });
  },
};

function asksOnlyPasswords(building: Building, flow: FlowOf): boolean {
  const types = promptsOf(building, flow).map(({ fields: { type, prompt_type: older } }) => type ?? older);
  return types.length > 0 && types.every((type) => type === 'password');
}

/**
 * True where a policy may set a key below `attributes`, which no prompt needs to ask for: it is the administrator's code,
 * and forms are read by the keys of their prompts alone. A text does not tell what it sets.
 */
function setsAttributes({ records }: Building): boolean {
  return [...records.values()].some(({ model }) => changingModels.has(model));
}

const changingModels: ReadonlySet<string> = new Set([expressionPolicyModel, builtInPolicyModel, codePolicyModel]);

/**
 * The keys of all prompts of the flow that are not the account's own, and not a repeated password. Of a static text, only
 * a key below `attributes`: others name what a page shows, and authentik writes them nowhere either.
 */
function keysOf(building: Building, flow: FlowOf): readonly string[] {
  const asked = promptsOf(building, flow).flatMap(({ fields: { field_key: key, type: newer, prompt_type: older } }) => {
    const type = newer ?? older;
    if (typeof key !== 'string' || unkept.some((one) => one === type)) return [];
    return type === 'static' && !key.startsWith('attributes.') ? [] : [key];
  });
  return [...new Set(asked)].filter((key) => !ownKeys.has(key) && key !== 'token');
}

function promptsOf(building: Building, flow: FlowOf): readonly FlowRecord[] {
  return flow.stages.flatMap((stage) => {
    const reader: FieldReader = building.reader(stage);
    return reader.has('fields') ? building.referencedAll(reader, 'fields', 'prompt') : [];
  });
}

const unkept = ['password', 'separator', 'alert_info', 'alert_warning', 'alert_danger'];

/** `authentik_stages_user_login.userloginstage` */
export const userLoginModel: StageModel = {
  kind: 'user_login',
  attributes: { rememberSeconds: asDuration('session_duration'), endOtherSessions: asIs('terminate_other_sessions') },
  make(reader, _, flow) {
    const seconds = reader.seconds('session_duration', 0);
    const offset = reader.seconds('remember_me_offset', 0, { most: longestSeconds - seconds });
    const more = flow.isOwn || asksPassword(flow) ? offset : 0;
    if (more !== offset)
      reader.report(
        'noticed',
        'remember_me_offset',
        '"remember_me_offset" is left out: the page of the password asks whether to stay signed in, and the flow has none',
      );
    const network = reader.oneOf(
      'network_binding',
      ['no_binding', 'bind_asn', 'bind_asn_network', 'bind_asn_network_ip'],
      'no_binding',
    );
    const place = reader.oneOf(
      'geoip_binding',
      ['no_binding', 'bind_continent', 'bind_continent_country', 'bind_continent_country_city'],
      'no_binding',
    );
    reader.unsupported('remember_device', duration, sameSeconds(0), 'sign-ins do not mark the device');
    const networks = {
      no_binding: 'none',
      bind_asn: 'asn',
      bind_asn_network: 'network',
      bind_asn_network_ip: 'address',
    } as const;
    const places = {
      no_binding: 'none',
      bind_continent: 'continent',
      bind_continent_country: 'country',
      bind_continent_country_city: 'city',
    } as const;
    return userLogin({
      name: nameOfStage(reader),
      ...(seconds > 0 ? { rememberSeconds: seconds } : {}),
      ...(more > 0 ? { rememberMeSeconds: seconds + more } : {}),
      ...(reader.has('terminate_other_sessions')
        ? { endOtherSessions: reader.flag('terminate_other_sessions', false) }
        : {}),
      ...(network === 'no_binding' ? {} : { networkBinding: networks[network] }),
      ...(place === 'no_binding' ? {} : { geoBinding: places[place] }),
    });
  },
};

/** `authentik_stages_user_logout.userlogoutstage` */
export const userLogoutModel: StageModel = {
  kind: 'user_logout',
  attributes: {},
  make: (reader) => userLogout({ name: nameOfStage(reader) }),
};

/** `authentik_stages_user_delete.userdeletestage` */
export const userDeleteModel: StageModel = {
  kind: 'user_delete',
  attributes: {},
  make: (reader) => userDelete({ name: nameOfStage(reader) }),
};
