import { message } from '../base/message.js';
import { Secret } from '../base/secret.js';
import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountIdOf } from './account-of.js';
import { typedPassword } from './typed-password.js';

interface UniquePasswordSettings {
  /** Default `password`. */
  readonly field?: string;
  /**
   * How many passwords before the present one may not be used again: 0 to 24. More than 0 needs a user store with
   * `passwordHistory`. Default 0: only the present one is refused.
   */
  readonly former?: number;
}

const check = settingsCheck<UniquePasswordSettings>('uniquePassword', (joi) => ({
  field: joi.string(),
  former: joi.number().integer().min(0).max(24),
}));

/**
 * Passes for a password that the account does not have and did not have. Only hashes are compared. It passes where there
 * is no account yet.
 */
export function uniquePassword(settings: UniquePasswordSettings = {}): Policy {
  check(settings);
  const { field = 'password', former = 0 } = settings;
  return kitPolicy('uniquePassword', [settings], {
    name: 'unique-password',
    fields: [field],
    async check(question) {
      const { services, signal } = question;
      const password = typedPassword(question, field);
      if (password === '') return message('prompt.password.blank');
      const account = accountIdOf(question);
      if (account === null) return true;
      // One at a time: each comparison takes a hash's memory.
      for (const hash of await services.profiles.passwordHashes(account, former)) {
        signal.throwIfAborted();
        if (await services.passwords.verify(hash, new Secret(password))) return message('policy.unique_password.used');
      }
      return true;
    },
  });
}
