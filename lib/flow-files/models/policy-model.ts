import type { Policy } from '../../flow/policy.js';
import { dummyPolicy } from '../../policies/dummy.js';
import { passwordExpiry } from '../../policies/password-expiry.js';
import { passwordPolicy } from '../../policies/password.js';
import { reputation } from '../../policies/reputation.js';
import { uniquePassword } from '../../policies/unique-password.js';
import type { Building } from '../build/building.js';
import { count, counts, flag, integers } from '../build/field-kinds.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import { sameFlag, sameNumber } from '../build/same-values.js';
import { builtInPolicy } from './built-in.js';
import {
  appPolicyModels,
  builtInPolicyModel,
  codePolicyModel,
  expressionPolicyModel,
  passwordPolicyModel,
  uniquePasswordModel,
} from './model-names.js';
import { messageOf, plainWords } from './plain-words.js';
import { appPolicy, codePolicy } from './code-parts.js';
import { expressionPolicy } from './expression-policy.js';

/** How the records of a policy model become policies. `null`: a mistake was reported. */
type PolicyModel = (reader: FieldReader, building: Building) => Policy | null;

/** By model. All of them may write their runs into authentik's log, which is a matter of the app's own here. */
export const policyModels: ReadonlyMap<string, PolicyModel> = new Map([
  [expressionPolicyModel, expressionPolicy],
  [passwordPolicyModel, password],
  [uniquePasswordModel, unique],
  ['authentik_policies_expiry.passwordexpirypolicy', expiry],
  ['authentik_policies_reputation.reputationpolicy', scored],
  ['authentik_policies_dummy.dummypolicy', dummy],
  ...[...appPolicyModels].map(([model, call]) => [model, appPolicy(call)] as const),
  [codePolicyModel, codePolicy],
  [builtInPolicyModel, builtInPolicy],
]);

function password(reader: FieldReader): Policy {
  const rules = reader.flag('check_static_rules', true);
  // Of rules that are switched off, authentik has any count.
  const number = (name: string, isUsed: boolean, preset: number, most?: number): number =>
    reader.number(name, preset, { ...counts, ...(isUsed && most !== undefined ? { most } : {}) });
  const required = (name: string): number =>
    rules ? number(name, true, 0, 128) : (reader.unused({ [name]: count }), 0);
  const zxcvbn = reader.flag('check_zxcvbn', false);
  const above = number('zxcvbn_score_threshold', zxcvbn, 2, 3);
  const breached = reader.flag('check_have_i_been_pwned', false);
  const allowed = number('hibp_allowed_count', breached, 0);
  const message = messageOf(reader, 'error_message');
  const symbols = reader.text('symbol_charset', '');
  const minLength = required('length_min');
  if (rules && reader.has('length_min') && minLength < leastLength)
    reader.report(
      'noticed',
      'length_min',
      `"length_min" is ${String(minLength)}, and a new password has at least ${String(leastLength)} characters: the prompt of the kit asks for as many`,
    );
  return passwordPolicy({
    field: fieldOf(reader),
    minLength,
    digits: required('amount_digits'),
    uppercase: required('amount_uppercase'),
    lowercase: required('amount_lowercase'),
    symbols: required('amount_symbols'),
    ...(symbols === '' ? {} : { symbolCharacters: symbols }),
    ...(zxcvbn ? { zxcvbn: { above } } : {}),
    ...(breached ? { breached: { allowed } } : {}),
    ...(message === '' ? {} : { message: plainWords(message) }),
  });
}

/** Of the prompt for new passwords, by default. */
const leastLength = 15;

function unique(reader: FieldReader): Policy {
  return uniquePassword({
    field: fieldOf(reader),
    former: reader.number('num_historical_passwords', 1, { least: 0, most: 24 }),
  });
}

/** authentik locks the password of an account where it has expired; here the visitor is refused or sent to change it. */
function expiry(reader: FieldReader): Policy {
  reader.unsupported(
    'deny_only',
    flag,
    sameFlag(true),
    'an expired password is never locked: the policy does not pass',
  );
  if (!reader.has('days')) reader.report('refused', null, 'the policy has no "days"');
  return passwordExpiry({ days: reader.number('days', 365, { least: 1, most: 36_500 }) });
}

function fieldOf(reader: FieldReader): string {
  const field = reader.text('password_field', 'password');
  if (field !== '') return field;
  reader.report('refused', 'password_field', '"password_field" must not be empty');
  return standIn;
}

function scored(reader: FieldReader): Policy {
  return reputation({
    threshold: reader.number('threshold', -5, integers),
    client: reader.flag('check_ip', true),
    name: reader.flag('check_username', true),
  });
}

function dummy(reader: FieldReader): Policy {
  const wait = reader.number('wait_min', 5, { least: 0, most: 300 });
  reader.unsupported('wait_max', count, sameNumber(wait), 'it waits for `wait_min` seconds');
  return dummyPolicy({ result: reader.flag('result', false), waitSeconds: wait });
}
