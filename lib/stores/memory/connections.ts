import type { Connections, ExternalIdentity } from '../../ports/connections.js';

/** Connections in memory, and what `memoryUsers` needs of them: what a transaction is elsewhere is here one turn without waiting. */
export interface MemoryConnections extends Connections {
  /** What `find` promises, at once. */
  holder(identity: ExternalIdentity): string | null;
  /** What `link` promises, at once: throws and changes nothing when the identity is another user's. */
  insert(userId: string, identity: ExternalIdentity): void;
  /** Takes all identities from a user who is removed. */
  release(userId: string): void;
}

/** Connections in this process's memory, for tests and for trying the kit: they end with the process. */
export function memoryConnections(): MemoryConnections {
  const users = new Map<string, string>();
  // As a list in JSON, no two identities are spelled alike, whatever characters are in them.
  const keyOf = ({ source, issuer, subject }: ExternalIdentity): string => JSON.stringify([source, issuer, subject]);
  const holder = (identity: ExternalIdentity): string | null => users.get(keyOf(identity)) ?? null;

  function insert(userId: string, identity: ExternalIdentity): void {
    if ((holder(identity) ?? userId) !== userId) throw new Error('unique: source, issuer, subject');
    users.set(keyOf(identity), userId);
  }

  return Object.freeze<MemoryConnections>({
    find: async (identity) => holder(identity),
    link: async (userId, identity) => insert(userId, identity),
    hasConnection: async (userId) => [...users.values()].includes(userId),
    holder,
    insert,
    release(userId) {
      for (const [key, id] of users) if (id === userId) users.delete(key);
    },
  });
}
