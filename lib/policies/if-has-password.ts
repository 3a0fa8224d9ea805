import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountIdOf } from './account-of.js';

/** Passes for accounts that have a password; accounts from a source may have none. Needs a user store with `passwordHash`. */
export function ifHasPassword(): Policy {
  return kitPolicy('ifHasPassword', [], {
    name: 'if-has-password',
    async check(question) {
      const account = accountIdOf(question);
      return account !== null && (await question.services.profiles.passwordHashes(account, 0)).length > 0;
    },
  });
}
