import type { UserStore } from 'express-enrollment';
import type { Account, Accounts } from '../accounts/accounts.js';

/** The same accounts as the by-hand server's, behind the kit's four functions; the redemption goes in with the account. */
export function userStore(accounts: Accounts, newId: () => string): UserStore<Account> {
  return {
    toProfile: ({ id, username, email }) => ({ id, username, email, active: true }),
    async create({ username, email, passwordHash }, redemption) {
      if (username === null || email === null || passwordHash === null) throw new Error('the flow asks for all three');
      const account = { id: newId(), username, email, passwordHash };
      await accounts.insert(account, redemption.row(account.id));
      return account;
    },
    findById: accounts.findById,
    findByLogin: accounts.findByLogin,
    passwordHash: async (account) => account.passwordHash,
  };
}
