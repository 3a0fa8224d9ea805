/**
 * The apps of authentik: what stands before the point in the names of its models. One that is none of these is a typing
 * mistake, which must not pass as a model that the kit does not have: with `foreignModels: 'skip'`, what it makes would be
 * left out.
 */
const apps: ReadonlySet<string> = new Set(
  [
    ...[
      'admin',
      'agents',
      'api',
      'audit',
      'blueprints',
      'brands',
      'core',
      'crypto',
      'crypto_secrets',
      'enterprise',
      'events',
    ],
    ...[
      'flows',
      'lifecycle',
      'outposts',
      'rbac',
      'recovery',
      'reports',
      'requests',
      'search',
      'tasks',
      'tasks_schedules',
    ],
    ...['tenants', 'endpoints', 'policies', 'policies_conditional', 'policies_dummy', 'policies_event_matcher'],
    ...['policies_expiry', 'policies_expression', 'policies_geoip', 'policies_password', 'policies_reputation'],
    ...['policies_unique_password', 'stages_account_lockdown', 'stages_authenticator', 'stages_authenticator_duo'],
    ...['stages_authenticator_email', 'stages_authenticator_endpoint_gdtc', 'stages_authenticator_sms'],
    ...['stages_authenticator_static', 'stages_authenticator_totp', 'stages_authenticator_validate'],
    ...['stages_authenticator_webauthn', 'stages_captcha', 'stages_consent', 'stages_deny', 'stages_dummy'],
    ...['stages_email', 'stages_identification', 'stages_invitation', 'stages_mtls', 'stages_password'],
    ...['stages_prompt', 'stages_redirect', 'stages_source', 'stages_user_delete', 'stages_user_login'],
    ...['stages_user_logout', 'stages_user_write'],
  ].map((name) => `authentik_${name}`),
);

/** Whole families without a part of a flow: authentik adds to them with most releases. */
const families = /^authentik_(?:providers|sources|endpoints_connectors)_[a-z\d_]+$/;

const modelName = /^[a-z\d_]+$/;

/** True for a model that authentik may have. */
export function isOfAuthentik(model: string): boolean {
  const [app = '', name = '', ...rest] = model.split('.');
  return (apps.has(app) || families.test(app)) && modelName.test(name) && rest.length === 0;
}
