import { createInvitations } from '../../../lib/invitations/invitations.js';
import { createMemoryInvitationStore, emptyMemory } from '../../../lib/stores/memory/invitation-store.js';
import type { RedisConnection } from '../../../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import type { FakeClock } from '../../../lib/testing/fake-clock.js';
import type { Subject, World } from './redemption-history.js';

export interface MemoryCode {
  readonly createInvitations: typeof createInvitations;
  readonly createMemoryInvitationStore: typeof createMemoryInvitationStore;
}

/** Redemption over the memory store. */
export function memorySubject(code: MemoryCode = { createInvitations, createMemoryInvitationStore }): Subject {
  return {
    createInvitations: code.createInvitations,
    async openWorld(clock: FakeClock): Promise<World> {
      const state = emptyMemory();
      return {
        store: code.createMemoryInvitationStore({ clock, state }),
        async save() {
          const saved = structuredClone(state.entries);
          return async () => {
            state.entries.clear();
            for (const [id, entry] of structuredClone(saved)) state.entries.set(id, entry);
          };
        },
      };
    },
  };
}

export interface RedisCode {
  readonly createInvitations: typeof createInvitations;
  readonly createRedisInvitationStore: typeof createRedisInvitationStore;
}

/** Redemption over a real Redis. Its own clock is aligned with the fake one. */
export function redisSubject(
  redis: RedisConnection,
  code: RedisCode = { createInvitations, createRedisInvitationStore },
): Subject {
  return {
    createInvitations: code.createInvitations,
    async openWorld(clock: FakeClock): Promise<World> {
      await redis.call('FLUSHALL');
      const keys = createKeys('fuzz:');
      return {
        store: code.createRedisInvitationStore({ redis, keys, skewMs: clock.skew }),
        save: () => saveKeys(redis),
      };
    },
  };
}

async function saveKeys(redis: RedisConnection): Promise<() => Promise<void>> {
  // A script of the test, because DUMP returns bytes that a client would read as text.
  const copyAll =
    "for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('COPY', key, ARGV[2] .. string.sub(key, #ARGV[1] + 1), 'REPLACE') end";
  const dropAll = "for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end";
  await redis.call('EVAL', dropAll, 0, 'saved:');
  await redis.call('EVAL', copyAll, 0, 'fuzz:', 'saved:');
  return async () => {
    await redis.call('EVAL', dropAll, 0, 'fuzz:');
    await redis.call('EVAL', copyAll, 0, 'saved:', 'fuzz:');
  };
}
