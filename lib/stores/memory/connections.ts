import type { Connections, ExternalIdentity } from '../../ports/connections.js';

/** Connections in this process's memory, for tests and for trying the kit: they end with the process. */
export function memoryConnections(): Connections {
  const users = new Map<string, string>();
  // As a list in JSON, no two identities are spelled alike, whatever characters are in them.
  const keyOf = ({ source, issuer, subject }: ExternalIdentity): string => JSON.stringify([source, issuer, subject]);

  return Object.freeze<Connections>({
    find: async (identity) => users.get(keyOf(identity)) ?? null,
    async link(userId, identity) {
      const key = keyOf(identity);
      const holder = users.get(key) ?? userId;
      if (holder !== userId) throw new Error('unique: source, issuer, subject');
      users.set(key, userId);
    },
  });
}
