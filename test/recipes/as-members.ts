import type { MemoryUser, Redemptions, UserStore } from '../../lib/index.js';

/** A recipe's store for the test app, whose `/me` shows users of the memory store's shape. */
export function asMembers<User>(store: { readonly users: UserStore<User>; readonly redemptions: Redemptions }): {
  readonly users: UserStore<MemoryUser>;
  readonly redemptions: Redemptions;
} {
  const memberOf = (user: User): MemoryUser => {
    const { id, username = null, email = null, name = null, active } = store.users.toProfile(user);
    return { id, username, email, name, active, data: {}, createdAt: 0 };
  };
  const found = (user: User | null): MemoryUser | null => (user === null ? null : memberOf(user));
  return {
    redemptions: store.redemptions,
    users: {
      toProfile: ({ id, username, email, name, active }) => ({ id, username, email, name, active }),
      create: async (account, redemption) => memberOf(await store.users.create(account, redemption)),
      findById: async (id) => found(await store.users.findById(id)),
      findByLogin: async (field, canonical) => found(await store.users.findByLogin(field, canonical)),
    },
  };
}
