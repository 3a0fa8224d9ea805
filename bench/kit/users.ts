import type { UserStore } from 'express-enrollment';
import type { Account, Accounts } from '../accounts/accounts.js';

/** The by-hand server's accounts, behind the kit's four functions; the redemption is written with the account. */
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
