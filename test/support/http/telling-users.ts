import type { MemoryUser, UserStore } from '../../../lib/index.js';

/** A user store that records each account that it has written. */
export function tellingUsers(users: UserStore<MemoryUser>, written: MemoryUser[]): UserStore<MemoryUser> {
  return {
    ...users,
    async create(account, redemption) {
      const user = await users.create(account, redemption);
      written.push(user);
      return user;
    },
  };
}
