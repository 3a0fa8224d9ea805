import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { knownModels } from '../../lib/flow-files/models/models.js';
import { fieldsOf, isOther, line, problemsWith, type Field } from '../support/flow-files/single-fields.js';

/** What they refer to has no meaning here. */
const unread = ['attributes', 'source'];
/** They change nothing here, and may have any length. */
const anyDuration = ['remember_device', 'recovery_cache_timeout', 'resume_timeout'];

function wrongValues(field: Field): readonly string[] {
  return [...wrongKinds(field), ...(field.mayBeNull ? [] : [''])];
}

function wrongKinds({ name, type, isDuration }: Field): readonly string[] {
  if (unread.includes(name)) return [];
  if (isDuration)
    return [
      ...['soon', '[1]', 'true', '-1', 'hours=1;hours=2', '"hours=1;"', 'years=1', 'hours=-1', '""'],
      ...(anyDuration.includes(name) ? [] : ['hours=99999999999', 'microseconds=5', 'hours=9e400']),
    ];
  if (type === 'number')
    return ['many', '[1]', 'true', '{a: 1}', '""', '"1x"', '1.0e+30', ...(isFraction(name) ? [] : ['1.5', '"1.5"'])];
  if (type === 'boolean') return ['maybe', '3', '[]', '[true]', '{a: 1}', '""', '"tRUE"'];
  if (type.startsWith('Array<') && type.includes('Enum')) return ['one', '7', '[nonsense]', '[7]', '[null]'];
  if (type.startsWith('Array<')) return ['one', '7', 'true', '{a: 1}', '[{a: 1}]', '[[x]]', '[null]'];
  if (/Enum$|Mode$/.test(type)) return ['nonsense', '7', '[]', '{a: 1}', '""', 'true'];
  return type === 'string' ? ['[x]', 'yes', '{a: 1}', '2020-01-01'] : [];
}

/** authentik's factors, which are not whole. */
const isFraction = (name: string): boolean => name.endsWith('_throttling_factor');

const own: readonly (readonly [model: string, field: string, values: readonly string[]])[] = [
  ['authentik_stages_password.passwordstage', 'failed_attempts_before_cancel', ['0', '-1', '1.5']],
  ['authentik_stages_authenticator_totp.authenticatortotpstage', 'digits', ['7', 'six', '"7"', '0']],
  ['authentik_stages_authenticator_static.authenticatorstaticstage', 'token_count', ['0', '51', '2.5']],
  [
    'authentik_stages_authenticator_validate.authenticatorvalidatestage',
    'last_auth_threshold',
    ['days=366', 'milliseconds=1500'],
  ],
  [
    'authentik_stages_authenticator_validate.authenticatorvalidatestage',
    'device_classes',
    ['[]', '[sms]', '[totp, sms]', '[totp, totp]', '[foo]'],
  ],
  [
    'authentik_stages_identification.identificationstage',
    'user_fields',
    ['[]', '[upn]', '[usernam]', '[email, email]'],
  ],
  ['authentik_stages_identification.identificationstage', 'password_stage', ['!KeyOf flow']],
  ['authentik_stages_consent.consentstage', 'consent_expire_in', ['seconds=0']],
  ['authentik_stages_email.emailstage', 'token_expiry', ['minutes=0', 'days=2', '0', 'seconds=90.5']],
  ['authentik_stages_user_login.userloginstage', 'session_duration', ['5', '"5"', 'hours=1; minutes=2']],
  ['authentik_stages_user_login.userloginstage', 'remember_me_offset', ['microseconds=2', 'weeks=9999']],
  ['authentik_stages_redirect.redirectstage', 'target_static', ['"javascript:x"', '""']],
  ['authentik_stages_redirect.redirectstage', 'mode', ['flow']],
  ['authentik_stages_prompt.prompt', 'label', ['""', 'yes', '2026-12-31', '9007199254740993', '.nan']],
  ['authentik_stages_prompt.prompt', 'field_key', ['1x', '""', 'enrollment_x']],
  ['authentik_stages_prompt.promptstage', 'fields', ['[!KeyOf stage]', '[nothing]']],
  ['authentik_stages_prompt.promptstage', 'validation_policies', ['[!KeyOf stage]']],
  ['authentik_flows.flowstagebinding', 'stage', ['!KeyOf policy']],
  ['authentik_flows.flowstagebinding', 'target', ['!KeyOf policy']],
  ['authentik_policies.policybinding', 'policy', ['!KeyOf stage']],
  ['authentik_policies.policybinding', 'group', ['!KeyOf stage']],
  ['authentik_policies.policybinding', 'timeout', ['0', '301', '-1', 'seconds=5']],
  ['authentik_policies_password.passwordpolicy', 'length_min', ['-1', '1.5', '129']],
  ['authentik_policies_password.passwordpolicy', 'amount_digits', ['-1', '1000000']],
  ['authentik_policies_password.passwordpolicy', 'hibp_allowed_count', ['-1']],
  ['authentik_policies_password.passwordpolicy', 'password_field', ['""']],
  ['authentik_policies_unique_password.uniquepasswordpolicy', 'num_historical_passwords', ['-3', '25']],
  ['authentik_policies_expiry.passwordexpirypolicy', 'days', ['0', '-1', '40000']],
  ['authentik_policies_reputation.reputationpolicy', 'threshold', ['1.5']],
  ['authentik_policies_dummy.dummypolicy', 'wait_min', ['-1', '301']],
];

const isOurWord = /"[a-z]+[A-Z]\w*"/;

function checkWrong(model: string, name: string, value: string): void {
  const found = problemsWith(model, name, value);
  const shown = `${model} ${name}: ${value}\n${found.map((one) => `${String(one.line)}:${String(one.column)} ${one.message}`).join('\n')}`;
  assert.ok(found.length > 0, `accepted silently: ${shown}`);
  const said = found.map((one) => one.message);
  assert.equal(new Set(said.map((one) => one.slice(0, name.length + 20))).size, said.length, `said twice: ${shown}`);
  for (const problem of found) {
    assert.equal(problem.line, line, shown);
    assert.ok(problem.column >= name.length + 8, `its column: ${shown}`);
    const isNamed =
      problem.message.includes(`"${name}"`) || /has no "target_flow"|^the (number|value) /.test(problem.message);
    assert.ok(isNamed, `its name: ${shown}`);
    assert.doesNotMatch(problem.message, isOurWord, shown);
  }
}

describe('flow files: wrong values of single fields', () => {
  for (const model of knownModels.filter((one) => !isOther(one)))
    it(`are reported in the file’s words, at their place: ${model}`, () => {
      for (const field of fieldsOf(model)) for (const value of wrongValues(field)) checkWrong(model, field.name, value);
      for (const [of, name, values] of own)
        if (of === model) for (const value of values) checkWrong(model, name, value);
    });

  it('say which tag left a field without a value', () => {
    const given = ['~', '!Context nothing', '!Env NOTHING', '!Find [authentik_flows.flow, [slug, none]]'];
    assert.deepEqual(
      given.map((value) => problemsWith('authentik_policies.policybinding', 'target', value).map((one) => one.message)),
      [
        ['"target" must not be empty'],
        ['"target" must not be empty: !Context finds nothing'],
        ['"target" must not be empty: !Env finds nothing'],
        [
          '"target" must not be empty: !Find finds nothing. It sees what the flow files make, not the flows of the code',
        ],
      ],
    );
  });

  it('prompts begin with a value that can be typed there', () => {
    for (const [type, value] of [
      ['number', 'many'],
      ['date', 'soon'],
    ] as const) {
      const found = problemsWith(
        'authentik_stages_prompt.prompt',
        'initial_value',
        `${value}\n      prompt_type: ${type}`,
      );
      assert.deepEqual(found, []);
      const typed = problemsWith('authentik_stages_prompt.prompt', 'type', `${type}\n      initial_value: ${value}`);
      assert.deepEqual(
        typed.map((one) => [one.line, /^"initial_value" must be a/.test(one.message)]),
        [[line + 1, true]],
      );
    }
  });

  it('right ones are accepted, at both ends', () => {
    const right = [
      ['authentik_stages_password.passwordstage', 'failed_attempts_before_cancel', '1'],
      ['authentik_stages_authenticator_totp.authenticatortotpstage', 'digits', '8'],
      ['authentik_stages_authenticator_totp.authenticatortotpstage', 'digits', '"6"'],
      ['authentik_stages_authenticator_static.authenticatorstaticstage', 'token_count', '50'],
      ['authentik_stages_user_login.userloginstage', 'session_duration', 'hours=1.1'],
      ['authentik_stages_user_login.userloginstage', 'session_duration', 'weeks=1;DAYS=2;milliseconds=1000'],
      ['authentik_stages_user_login.userloginstage', 'remember_me_offset', 'days=30'],
      ['authentik_stages_authenticator_validate.authenticatorvalidatestage', 'last_auth_threshold', 'days=365'],
      ['authentik_stages_consent.consentstage', 'consent_expire_in', 'seconds=1'],
      ['authentik_stages_email.emailstage', 'token_expiry', 'days=1'],
      ['authentik_stages_email.emailstage', 'token_expiry', '30'],
      ['authentik_policies.policybinding', 'timeout', '300'],
      ['authentik_policies.policybinding', 'order', '-5'],
      ['authentik_policies_password.passwordpolicy', 'length_min', '128'],
      ['authentik_policies_unique_password.uniquepasswordpolicy', 'num_historical_passwords', '0'],
      ['authentik_policies_reputation.reputationpolicy', 'threshold', '-100'],
      ['authentik_policies_dummy.dummypolicy', 'wait_min', '300'],
      ['authentik_policies.policybinding', 'enabled', '"True"'],
      ['authentik_policies.policybinding', 'negate', '"0"'],
      ['authentik_policies.policybinding', 'order', '" 10 "'],
      ['authentik_policies.policybinding', 'order', '"1_000.0"'],
      ['authentik_policies.policybinding', 'group', 'null'],
      ['authentik_stages_prompt.prompt', 'required', '1'],
      ['authentik_stages_prompt.prompt', 'order', '"+7"'],
      ['authentik_flows.flow', 'compatibility_mode', '"yes"'],
      ['authentik_brands.brand', 'default_application', ''],
      ['authentik_policies.policybinding', 'expiring', 'true'],
    ] as const;
    for (const [model, name, value] of right)
      assert.deepEqual(problemsWith(model, name, value), [], `${name}: ${value}`);
  });
});
