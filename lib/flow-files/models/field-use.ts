import { appPolicyModels, promptModel } from './model-names.js';

/**
 * What a field means for its entry. `unread`: nothing of it counts, because the app gives the part by its name.
 * `optional`: without it, the entry is the same here. `needed`: what it refers to is a part of the entry.
 */
type FieldUse = 'needed' | 'optional' | 'unread';

/** `typeOf`: the type of a prompt as it is written. */
export function fieldUse(model: string, field: string, typeOf: () => unknown): FieldUse {
  const read = ofApp.get(model) ?? (model === promptModel && typeOf() === 'file' ? promptFields : undefined);
  if (read !== undefined) return read.has(field) ? 'needed' : 'unread';
  return codeModels.has(model) || optional.has(field) ? 'optional' : 'needed';
}

const onlyName: ReadonlySet<string> = new Set(['name']);
const promptFields: ReadonlySet<string> = new Set(['name', 'field_key', 'type', 'prompt_type']);

const ofApp: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['authentik_stages_captcha.captchastage', onlyName],
  ...[...appPolicyModels.keys()].map((model) => [model, onlyName] as const),
]);

/** A field that they do not have is reported, and refers to nothing. */
const codeModels: ReadonlySet<string> = new Set([
  'express_enrollment.stage',
  'express_enrollment.policy',
  'express_enrollment.prompt',
]);

/** Of all models: what the kit does not carry out, and lists of which each member counts for itself. */
const optional: ReadonlySet<string> = new Set([
  ...['sources', 'captcha_stage', 'configuration_stages', 'webauthn_allowed_device_types', 'device_type_restrictions'],
  ...['create_users_group', 'users', 'roles', 'web_certificate', 'client_certificates', 'default_application'],
  ...['flow_device_code', 'flow_user_switch', 'flow_lockdown', 'flow_request'],
]);
