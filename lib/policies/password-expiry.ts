import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountOf } from './account-of.js';

interface PasswordExpirySettings {
  /** The age in days at which a password expires. */
  readonly days: number;
  /**
   * The key of an insertable stage that changes the password: the policy then passes, and the stage comes next. Default:
   * the policy fails.
   */
  readonly insert?: string;
}

const check = settingsCheck<PasswordExpirySettings>('passwordExpiry', (joi) => ({
  days: joi.number().greater(0).required(),
  insert: joi.string(),
}));

const dayMs = 86_400_000;

/**
 * Passes while the account's password is younger than `days`. It changes nothing: the password stays as it is. Accounts
 * whose profile has no `passwordChangedAt` pass, and so do visitors without an account.
 */
export function passwordExpiry(settings: PasswordExpirySettings): Policy {
  check(settings);
  const { days, insert } = settings;
  return kitPolicy('passwordExpiry', [settings], {
    name: 'password-expiry',
    async check(question) {
      const changedAt = (await accountOf(question))?.passwordChangedAt ?? null;
      if (changedAt === null || question.facts.now < changedAt + days * dayMs) return true;
      const messages = [message('policy.password_expiry.expired')];
      return insert === undefined ? { pass: false, messages } : { pass: true, messages, actions: [{ insert }] };
    },
  });
}
