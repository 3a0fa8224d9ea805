import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountOf } from './account-of.js';
import { checkNames } from './in-group.js';

/** Passes for the accounts with these ids while they are active. Never passes without an account. */
export function isUser(ids: string | readonly string[]): Policy {
  const wanted: readonly string[] = typeof ids === 'string' ? [ids] : ids;
  checkNames('isUser', wanted);
  return kitPolicy('isUser', [ids], {
    name: 'is-user',
    async check(question) {
      const account = await accountOf(question);
      return account?.active === true && wanted.includes(account.id);
    },
  });
}
