import { systemClock } from '../../base/clock.js';
import type { Connections, ExternalIdentity } from '../../ports/connections.js';

/**
 * Connections in memory, and the functions that `memoryUsers` needs: instead of a transaction, work runs synchronously.
 */
export interface MemoryConnections extends Required<Connections> {
  /** The synchronous form of `find`. */
  holder(identity: ExternalIdentity): string | null;
  /** The synchronous form of `link`: throws and changes nothing when the identity is another user's. */
  insert(userId: string, identity: ExternalIdentity): void;
  /** Removes all identities of a removed user. */
  release(userId: string): void;
}

/** Connections in this process's memory, for tests and for trying the kit: they end with the process. */
export function memoryConnections(): MemoryConnections {
  const users = new Map<string, string>();
  const times = new Map<string, number>();
  // As a list in JSON, two identities never have the same spelling, whatever characters they contain.
  const keyOf = ({ source, issuer, subject }: ExternalIdentity): string => JSON.stringify([source, issuer, subject]);
  const holder = (identity: ExternalIdentity): string | null => users.get(keyOf(identity)) ?? null;

  function insert(userId: string, identity: ExternalIdentity): void {
    if ((holder(identity) ?? userId) !== userId) throw new Error('unique: source, issuer, subject');
    const key = keyOf(identity);
    times.set(key, times.get(key) ?? systemClock.now());
    users.set(key, userId);
  }

  function drop(key: string): void {
    users.delete(key);
    times.delete(key);
  }

  return Object.freeze<MemoryConnections>({
    find: async (identity) => holder(identity),
    link: async (userId, identity) => insert(userId, identity),
    hasConnection: async (userId) => [...users.values()].includes(userId),
    list: async (userId) =>
      [...users].flatMap(([key, id]) =>
        id === userId ? [{ ...identityIn(key), linkedAt: times.get(key) ?? null }] : [],
      ),
    async unlink(userId, identity) {
      if (holder(identity) === userId) drop(keyOf(identity));
    },
    holder,
    insert,
    release(userId) {
      for (const [key, id] of users) if (id === userId) drop(key);
    },
  });
}

function identityIn(key: string): ExternalIdentity {
  const [source = '', issuer = '', subject = ''] = JSON.parse(key) as readonly string[];
  return { source, issuer, subject };
}
