import { withTimeout } from '../base/awaitable.js';
import { getPath, type Json } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { messageRule, namesRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { findWeakness } from '../base/weak-password.js';
import { kitPolicy, type Policy, type PolicyQuestion } from '../flow/policy.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import { breachCount, haveIBeenPwned, type BreachLookup } from './breached-passwords.js';
import { brokenRules, isPersonal, type PasswordRules } from './password-rules.js';
import { checkStrengthPackages, strengthOf } from './password-strength.js';
import { typedPassword } from './typed-password.js';

interface BreachSettings {
  /** How often it may have appeared; default 0. */
  readonly allowed?: number;
  /** Default 2. */
  readonly timeoutSeconds?: number;
  /**
   * What happens where the list does not answer in time. Default `pass`, with a warning in the log: the common
   * passwords are refused in any case, and an outage elsewhere must not stop sign-ups.
   */
  readonly onFailure?: 'pass' | 'refuse';
  /** Default: Have I Been Pwned. */
  readonly lookUp?: BreachLookup;
}

interface PasswordPolicySettings extends Partial<PasswordRules> {
  /** Default `password`. */
  readonly field?: string;
  /** Words that must not make up a password, such as the site's name. Default none. */
  readonly words?: readonly string[];
  /** The same for the person's username, email address and name. Default true. */
  readonly personal?: boolean;
  /** zxcvbn's score must be above this: 0 to 3. `true` is 2. Default: it is not scored. */
  readonly zxcvbn?: boolean | { readonly above: number };
  /** Refuses passwords that appear in known breaches. Default false. */
  readonly breached?: boolean | BreachSettings;
  /** Said instead of the rules about length and classes that are broken. */
  readonly message?: MessageLike;
}

const check = settingsCheck<PasswordPolicySettings>('passwordPolicy', (joi) => {
  const least = joi.number().integer().min(0).max(128);
  return {
    field: joi.string(),
    minLength: least,
    digits: least,
    uppercase: least,
    lowercase: least,
    symbols: least,
    symbolCharacters: joi.string(),
    words: namesRule(joi),
    personal: joi.boolean(),
    zxcvbn: joi.alternatives(joi.boolean(), joi.object({ above: joi.number().integer().min(0).max(3).required() })),
    breached: joi.alternatives(
      joi.boolean(),
      joi.object({
        allowed: joi.number().integer().min(0),
        timeoutSeconds: joi.number().greater(0).max(30),
        onFailure: joi.valid('pass', 'refuse'),
        lookUp: joi.function(),
      }),
    ),
    message: messageRule(joi),
  };
});

/** ASCII punctuation and the space, as in authentik. */
const asciiSymbols = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ ';

/**
 * Passes for passwords that keep the rules and are not common, personal, weak or breached. The most common passwords are
 * always refused. Passwords that pass may have hints of zxcvbn too.
 * @throws ERR_ENROLLMENT_CONFIG, also when zxcvbn-ts is switched on and missing
 */
export function passwordPolicy(settings: PasswordPolicySettings = {}): Policy {
  check(settings);
  const { field = 'password', words = [], personal = true, zxcvbn = false, breached = false } = settings;
  const { minLength = 0, digits = 0, uppercase = 0, lowercase = 0, symbols = 0 } = settings;
  const { symbolCharacters = asciiSymbols } = settings;
  const rules = { minLength, digits, uppercase, lowercase, symbols, symbolCharacters };
  const said = settings.message === undefined ? null : [toMessage(settings.message)];
  const above = zxcvbn === true ? 2 : zxcvbn === false ? null : zxcvbn.above;
  const breach = breached === true ? {} : breached === false ? null : breached;
  if (above !== null) checkStrengthPackages();
  return kitPolicy('passwordPolicy', [settings], {
    name: 'password',
    fields: [field],
    async check(question) {
      const password = typedPassword(question, field);
      if (password === '') return message('prompt.password.blank');
      const broken = brokenRules(password, rules);
      const refused = [...(broken.length > 0 && said !== null ? said : broken), ...(await weaknesses(password))];
      const known = personal ? [...words, ...personalWords(question)] : words;
      if (isPersonal(password, known)) refused.push(message('policy.password.personal'));
      if (refused.length > 0) return { pass: false, messages: refused };
      const leaked = breach === null ? null : await leakOf(password, breach, question);
      if (leaked !== null) return leaked;
      if (above === null) return true;
      const { score, hints } = await strengthOf(password, known);
      if (score > above) return { pass: true, messages: hints };
      return { pass: false, messages: [message('policy.password.weak'), ...hints] };
    },
  });
}

async function weaknesses(password: string): Promise<readonly Message[]> {
  const weakness = await findWeakness(password);
  return weakness === null ? [] : [message(`prompt.password.${weakness}`)];
}

async function leakOf(
  password: string,
  { allowed = 0, timeoutSeconds = 2, onFailure = 'pass', lookUp = haveIBeenPwned }: BreachSettings,
  { services, signal }: PolicyQuestion,
): Promise<Message | null> {
  const late = (): Error => new Error(`no answer within ${String(timeoutSeconds)} s`);
  const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  try {
    const count = await withTimeout(timeoutSeconds * 1000, () => breachCount(password, lookUp, ends), late);
    return count > allowed ? message('policy.password.breached') : null;
  } catch (error) {
    services.log.warn({ err: error, onFailure }, 'breached passwords could not be looked up');
    return onFailure === 'pass' ? null : message('policy.password.unchecked');
  }
}

/** The words of the person's names and addresses, as typed in this form or known from earlier ones. */
function personalWords({ answers, context }: PolicyQuestion): readonly string[] {
  const valueOf = (key: string): Json | Secret | undefined =>
    (Object.hasOwn(answers, key) ? answers[key] : undefined) ?? getPath(context.prompt_data ?? {}, key);
  return ['username', 'email', 'name']
    .map(valueOf)
    .flatMap((value) => (typeof value === 'string' ? [value, ...value.split(/[^\p{L}\p{N}]+/u)] : []));
}
