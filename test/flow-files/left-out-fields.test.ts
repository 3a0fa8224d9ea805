import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { knownModels } from '../../lib/flow-files/models/models.js';
import { fieldsOf, isOther, problemsWith } from '../support/flow-files/single-fields.js';

/** A field that changes nothing here, and values of it: those that say what the kit does anyway, and others. */
type LeftOut = readonly [field: string, silent: readonly string[], reported: readonly string[]];

const deviceName: LeftOut = ['friendly_name', ['""'], ['Mine']];
const logging: LeftOut = ['execution_logging', ['false', '"off"'], ['true', '"yes"']];
const branding: readonly LeftOut[] = ['title', 'logo', 'favicon', 'custom_css', 'default_flow_background'].map(
  (name) => [`branding_${name}`, ['""'], ['x']] as const,
);
const flows: readonly LeftOut[] = ['user_switch', 'device_code', 'lockdown', 'request'].map(
  (name) => [`flow_${name}`, ['null'], ['x']] as const,
);
const mails: readonly LeftOut[] = [
  ...['host', 'username', 'password', 'from_address'].map((name) => [name, [], ['x']] as const),
  ...['use_tls', 'use_ssl'].map((name) => [name, [], ['true', 'false']] as const),
  ...['port', 'timeout'].map((name) => [name, [], ['25']] as const),
];

/** Of each model. */
const leftOut: ReadonlyMap<string, readonly LeftOut[]> = new Map<string, readonly LeftOut[]>([
  ['authentik_flows.flow', [['background', ['""'], ['/media/x.jpg']]]],
  [
    'authentik_brands.brand',
    [
      ...branding,
      ...flows,
      ['default_application', ['null'], ['x']],
      ['web_certificate', ['null'], ['x']],
      ['client_certificates', ['[]'], ['[x]']],
      ['attributes', ['{}'], ['{a: 1}']],
    ],
  ],
  [
    'authentik_core.group',
    [
      ['is_superuser', ['false'], ['true']],
      ['attributes', ['{}'], ['{a: 1}']],
      ...['users', 'roles'].map((name) => [name, ['[]'], ['[x]']] as const),
    ],
  ],
  [
    'authentik_stages_identification.identificationstage',
    [
      ['captcha_stage', ['null'], ['x']],
      ['case_insensitive_matching', ['true'], ['false']],
      ['show_source_labels', ['true'], ['false']],
      ['sources', [], ['[]', '[x]']],
      ['show_matched_user', ['false'], ['true']],
      ['pretend_user_exists', ['true', '"True"'], ['false']],
      ['enable_remember_me', ['false'], ['true']],
    ],
  ],
  [
    'authentik_stages_password.passwordstage',
    [
      [
        'backends',
        ['[authentik.core.auth.InbuiltBackend]'],
        ['[authentik.core.auth.InbuiltBackend, authentik.core.auth.TokenBackend]'],
      ],
      ['allow_show_password', ['true'], ['false']],
    ],
  ],
  [
    'authentik_stages_user_write.userwritestage',
    [
      ['create_users_group', ['null'], ['x']],
      ['user_type', ['external', 'internal'], ['service_account']],
      ['user_path_template', ['""', 'users'], ['people']],
    ],
  ],
  ['authentik_stages_user_login.userloginstage', [['remember_device', ['seconds=0', 'days=0'], ['days=30']]]],
  [
    'authentik_stages_email.emailstage',
    [
      ...mails,
      ['use_global_settings', ['true'], ['false']],
      ['activate_user_on_success', ['false'], ['true']],
      ['subject', ['authentik'], ['Hello']],
      ['template', ['email/password_reset.html', 'email/account_confirmation.html'], ['email/mine.html']],
      ['recovery_max_attempts', ['5'], ['3']],
      ['recovery_cache_timeout', ['minutes=5', 'seconds=300'], ['hours=1']],
    ],
  ],
  [
    'authentik_stages_source.sourcestage',
    [
      ['resume_timeout', ['hours=1', 'minutes=60'], ['minutes=10']],
      ['resume_on_match_failures', ['[]'], ['[missing_property]']],
    ],
  ],
  ['authentik_stages_authenticator_totp.authenticatortotpstage', [deviceName]],
  ['authentik_stages_authenticator_static.authenticatorstaticstage', [deviceName, ['token_length', ['10'], ['12']]]],
  [
    'authentik_stages_authenticator_webauthn.authenticatorwebauthnstage',
    [
      deviceName,
      ['prevent_duplicate_devices', ['true'], ['false']],
      ['device_type_restrictions', ['[]'], ['[x]']],
      ['max_attempts', [], ['0', '5']],
    ],
  ],
  [
    'authentik_stages_authenticator_validate.authenticatorvalidatestage',
    [
      ['webauthn_allowed_device_types', ['[]'], ['[x]']],
      ['totp_otp_throttling_factor', [], ['1']],
      ['static_otp_throttling_factor', [], ['1.5']],
      // Of authenticators that "device_classes" reports.
      ['email_otp_throttling_factor', ['1', '7'], []],
      ['sms_otp_throttling_factor', ['1', '7'], []],
    ],
  ],
  ...[
    'expression.expressionpolicy',
    'password.passwordpolicy',
    'unique_password.uniquepasswordpolicy',
    'reputation.reputationpolicy',
  ].map((name) => [`authentik_policies_${name}`, [logging]] as const),
  ['authentik_policies_expiry.passwordexpirypolicy', [logging, ['deny_only', ['true'], ['false']]]],
  ['authentik_policies_dummy.dummypolicy', [logging, ['wait_max', ['5'], ['30']]]],
]);

/** Those that the kit carries out: each is refused, reported or tested with what it makes. */
const carriedOut: ReadonlyMap<string, string> = new Map([
  [
    'authentik_flows.flow',
    'name slug title designation policy_engine_mode compatibility_mode layout denied_action authentication',
  ],
  [
    'authentik_flows.flowstagebinding',
    'target stage evaluate_on_plan re_evaluate_policies order policy_engine_mode invalid_response_action',
  ],
  ['authentik_policies.policybinding', 'policy group user target negate enabled order timeout failure_result'],
  [
    'authentik_stages_prompt.prompt',
    'name field_key label type required placeholder initial_value order sub_text placeholder_expression initial_value_expression',
  ],
  ['authentik_core.group', 'name parents'],
  [
    'authentik_brands.brand',
    'domain _default flow_authentication flow_invalidation flow_recovery flow_unenrollment flow_user_settings',
  ],
  ['authentik_stages_prompt.promptstage', 'name fields validation_policies'],
  [
    'authentik_stages_identification.identificationstage',
    'name user_fields password_stage enrollment_flow recovery_flow passwordless_flow webauthn_stage',
  ],
  ['authentik_stages_password.passwordstage', 'name configure_flow failed_attempts_before_cancel'],
  ['authentik_stages_user_write.userwritestage', 'name user_creation_mode create_users_as_inactive'],
  [
    'authentik_stages_user_login.userloginstage',
    'name session_duration terminate_other_sessions remember_me_offset network_binding geoip_binding',
  ],
  ['authentik_stages_user_logout.userlogoutstage', 'name'],
  ['authentik_stages_user_delete.userdeletestage', 'name'],
  ['authentik_stages_email.emailstage', 'name token_expiry'],
  ['authentik_stages_invitation.invitationstage', 'name continue_flow_without_invitation'],
  ['authentik_stages_deny.denystage', 'name deny_message'],
  ['authentik_stages_redirect.redirectstage', 'name keep_context mode target_static target_flow'],
  ['authentik_stages_consent.consentstage', 'name mode consent_expire_in'],
  ['authentik_stages_dummy.dummystage', 'name throw_error'],
  ['authentik_stages_source.sourcestage', 'name source'],
  ['authentik_stages_authenticator_totp.authenticatortotpstage', 'name configure_flow digits'],
  ['authentik_stages_authenticator_static.authenticatorstaticstage', 'name configure_flow token_count'],
  [
    'authentik_stages_authenticator_webauthn.authenticatorwebauthnstage',
    'name configure_flow user_verification authenticator_attachment resident_key_requirement hints',
  ],
  [
    'authentik_stages_authenticator_validate.authenticatorvalidatestage',
    'name not_configured_action device_classes configuration_stages last_auth_threshold webauthn_user_verification webauthn_hints',
  ],
  ['authentik_policies_expression.expressionpolicy', 'name expression'],
  [
    'authentik_policies_password.passwordpolicy',
    'name password_field amount_digits amount_uppercase amount_lowercase amount_symbols length_min symbol_charset error_message check_static_rules check_have_i_been_pwned check_zxcvbn hibp_allowed_count zxcvbn_score_threshold',
  ],
  ['authentik_policies_unique_password.uniquepasswordpolicy', 'name password_field num_historical_passwords'],
  ['authentik_policies_expiry.passwordexpirypolicy', 'name days'],
  ['authentik_policies_reputation.reputationpolicy', 'name check_ip check_username threshold'],
  ['authentik_policies_dummy.dummypolicy', 'name result wait_min'],
]);

/** In authentik’s exports, and not in its client’s requests. */
const unlisted = ['show_matched_user', 'prevent_duplicate_devices'];

describe('flow files: fields that the kit does not carry out', () => {
  for (const model of knownModels.filter((one) => !isOther(one)))
    it(`are reported unless their value is what the kit does: ${model}`, () => {
      const fields = leftOut.get(model) ?? [];
      const known = [...(carriedOut.get(model) ?? '').split(' '), ...fields.map(([name]) => name)];
      const declared = fieldsOf(model).map(({ name }) => name);
      assert.deepEqual(known.filter((name) => !unlisted.includes(name)).sort(), declared.sort());
      for (const [name, silent, reported] of fields) {
        for (const value of silent)
          assert.deepEqual(problemsWith(model, name, value), [], `${model} ${name}: ${value}`);
        for (const value of reported) {
          const found = problemsWith(model, name, value);
          assert.equal(found.length, 1, `${model} ${name}: ${value}`);
          assert.match(found[0]?.message ?? '', new RegExp(`^"${name}" is left out: `));
          assert.equal(found[0]?.severity, 'noticed');
        }
      }
    });
});
