import type { Consent, Consents } from '../../ports/consents.js';

/** Consents in this process: for development and tests. */
export function createMemoryConsents(): Consents {
  const users = new Map<string, Map<string, Consent>>();
  return Object.freeze<Consents>({
    list: async (userId) => [...(users.get(userId)?.values() ?? [])],
    async save(consent) {
      const { userId, application, permissions } = consent;
      const own = users.get(userId) ?? new Map<string, Consent>();
      users.set(userId, own.set(JSON.stringify([application, permissions]), Object.freeze({ ...consent })));
    },
    async remove(userId, application) {
      const own = users.get(userId);
      for (const [key, consent] of own ?? [])
        if (application === undefined || consent.application === application) own?.delete(key);
    },
  });
}
