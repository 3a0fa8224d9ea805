import type { PlanStore, PlanReplacement, StoredPlan } from '../../ports/plan-store.js';
import { isReply, type RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { scripts } from './scripts.js';

/** Active plans as `<revision>:<text>`, one string each: one command per call. Needs Redis 7 (SET with NX and GET). */
export function createRedisPlanStore({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): PlanStore {
  return Object.freeze({
    load: async (id: string) => read(await orJunk(redis.call('GET', keys.plan(id)))),

    async create(id: string, text: string, ttlSeconds: number, rev = 1): Promise<PlanReplacement> {
      const value = `${String(rev)}:${text}`;
      const present = await orJunk(redis.call('SET', keys.plan(id), value, 'EX', ttlSeconds, 'NX', 'GET'));
      if (present === null) return { won: true };
      const now = read(present);
      if (now !== null) return { won: false, now };
      // The stored value is not a plan, and no code will ever read it.
      await redis.call('SET', keys.plan(id), value, 'EX', ttlSeconds);
      return { won: true };
    },

    async replace(id: string, rev: number, text: string, ttlSeconds: number, next = rev + 1): Promise<PlanReplacement> {
      const answer = await orJunk(redis.run(scripts.replacePlan, [keys.plan(id)], [rev, text, ttlSeconds, next]));
      return answer === 1 ? { won: true } : { won: false, now: read(answer) };
    },

    async drop(id: string) {
      await redis.call('DEL', keys.plan(id));
    },
  });
}

const junk = Symbol('a value of another type');

async function orJunk(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (isReply(error, 'WRONGTYPE')) return junk;
    throw error;
  }
}

function read(stored: unknown): StoredPlan | null {
  if (typeof stored !== 'string') return null;
  const colon = stored.indexOf(':');
  const rev = Number(stored.slice(0, colon));
  return colon > 0 && Number.isSafeInteger(rev) && rev > 0 ? { rev, text: stored.slice(colon + 1) } : null;
}
