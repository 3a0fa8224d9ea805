import type { Authenticator, Authenticators } from '../../ports/authenticators.js';

/** Authenticators in this process's memory, for tests and for trying the kit: they end with the process. */
export function memoryAuthenticators(): Authenticators {
  const users = new Map<string, Map<string, Authenticator>>();
  const owners = new Map<string, string>();
  // No `await`: synchronous code is this store's transaction.
  return Object.freeze<Authenticators>({
    list: async (userId) => [...(users.get(userId)?.values() ?? [])],
    async find(id) {
      return users.get(owners.get(id) ?? '')?.get(id) ?? null;
    },
    async add(authenticator) {
      const { userId, id } = authenticator;
      const own = users.get(userId) ?? new Map<string, Authenticator>();
      if (owners.has(id)) throw new Error('unique: id');
      owners.set(id, userId);
      users.set(userId, own.set(id, Object.freeze({ ...authenticator })));
    },
    async update(version, changed) {
      const own = users.get(changed.userId);
      if (own?.get(changed.id)?.version !== version) return false;
      own.set(changed.id, Object.freeze({ ...changed }));
      return true;
    },
    async remove(userId, id) {
      if (users.get(userId)?.delete(id) === true) owners.delete(id);
    },
  });
}
