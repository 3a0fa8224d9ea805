import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountOf } from './account-of.js';
import { checkNames } from './in-group.js';

interface IsUserSettings {
  /** What it says where there is no account. Default false. Negated with `true`, it keeps visitors without one out. */
  readonly withoutAccount?: boolean;
}

const check = settingsCheck<IsUserSettings>('isUser', (joi) => ({ withoutAccount: joi.boolean() }));

/** Passes for the accounts with these ids while they are active. Without an account, `withoutAccount` says it. */
export function isUser(ids: string | readonly string[], settings: IsUserSettings = {}): Policy {
  check(settings);
  const { withoutAccount = false } = settings;
  const wanted: readonly string[] = typeof ids === 'string' ? [ids] : ids;
  checkNames('isUser', wanted);
  return kitPolicy('isUser', [ids, settings], {
    name: 'is-user',
    async check(question) {
      const account = await accountOf(question);
      if (account === null) return withoutAccount;
      return account.active && wanted.includes(account.id);
    },
  });
}
