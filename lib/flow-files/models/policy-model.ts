import type { Policy } from '../../flow/policy.js';
import { dummyPolicy } from '../../policies/dummy.js';
import { passwordExpiry } from '../../policies/password-expiry.js';
import { passwordPolicy } from '../../policies/password.js';
import { reputation } from '../../policies/reputation.js';
import { uniquePassword } from '../../policies/unique-password.js';
import type { Building } from '../build/building.js';
import type { FieldReader } from '../build/field-reader.js';
import { builtInPolicy } from './built-in.js';
import {
  builtInPolicyModel,
  codePolicyModel,
  expressionPolicyModel,
  passwordPolicyModel,
  uniquePasswordModel,
} from './model-names.js';
import { plainWords } from './plain-words.js';
import { codePolicy } from './code-parts.js';
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
  [codePolicyModel, codePolicy],
  [builtInPolicyModel, builtInPolicy],
]);

function password(reader: FieldReader): Policy {
  const rules = reader.flag('check_static_rules', true);
  const count = (name: string): number => (rules ? reader.number(name, 0) : (reader.unused(name), 0));
  const zxcvbn = reader.flag('check_zxcvbn', false);
  const above = reader.number('zxcvbn_score_threshold', 2);
  const breached = reader.flag('check_have_i_been_pwned', false);
  const allowed = reader.number('hibp_allowed_count', 0);
  const message = reader.text('error_message', '');
  const symbols = reader.text('symbol_charset', '');
  return passwordPolicy({
    field: reader.text('password_field', 'password'),
    minLength: count('length_min'),
    digits: count('amount_digits'),
    uppercase: count('amount_uppercase'),
    lowercase: count('amount_lowercase'),
    symbols: count('amount_symbols'),
    ...(symbols === '' ? {} : { symbolCharacters: symbols }),
    ...(zxcvbn ? { zxcvbn: { above } } : {}),
    ...(breached ? { breached: { allowed } } : {}),
    ...(message === '' ? {} : { message: plainWords(message) }),
  });
}

function unique(reader: FieldReader): Policy {
  return uniquePassword({
    field: reader.text('password_field', 'password'),
    former: reader.number('num_historical_passwords', 1),
  });
}

/** authentik locks the password of an account where it has expired; here the visitor is refused or sent to change it. */
function expiry(reader: FieldReader): Policy {
  reader.unused('deny_only');
  return passwordExpiry({ days: reader.number('days', 0) });
}

function scored(reader: FieldReader): Policy {
  return reputation({
    threshold: reader.number('threshold', -5),
    client: reader.flag('check_ip', true),
    name: reader.flag('check_username', true),
  });
}

function dummy(reader: FieldReader): Policy {
  const wait = reader.number('wait_min', 5);
  reader.unused('wait_max');
  return dummyPolicy({ result: reader.flag('result', false), waitSeconds: wait });
}
