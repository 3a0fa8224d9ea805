import type { SessionClient } from '../../ports/session-client.js';
import { entriesOf } from './replies.js';
import type { RedisConnection } from './connection.js';
import { scripts } from './scripts.js';

/**
 * The client for `new RedisStore({ client })` of connect-redis 9, implemented on ioredis; every call answers within two
 * seconds or throws. Keys are sent one by one, so that a cluster accepts them.
 */
export function createSessionClient(redis: RedisConnection): SessionClient {
  const get = async (key: string): Promise<string | null> => textOf(await redis.call('GET', key));

  return Object.freeze<SessionClient>({
    get,
    visit: (key, { idleSeconds, absoluteSeconds }, nowSeconds) =>
      redis.run(scripts.visitSession, [key], [idleSeconds, absoluteSeconds, nowSeconds]).then(textOf),
    set: (key, value, { expiration, condition } = {}) =>
      redis.call(
        'SET',
        key,
        value,
        ...(expiration === undefined ? [] : ['EX', expiration.value]),
        ...(condition === undefined ? [] : [condition]),
      ),
    expire: (key, seconds) => redis.call('EXPIRE', key, seconds),
    del: (keys) => Promise.all(keys.map((key) => redis.call('DEL', key))),
    async remaining(key) {
      const milliseconds = Number(await redis.call('PTTL', key));
      return milliseconds === -2 ? null : milliseconds === -1 ? Infinity : milliseconds;
    },
    mGet: (keys) => Promise.all(keys.map(get)),
    async *scanIterator({ MATCH, COUNT }) {
      for (const node of await redis.nodes()) {
        let cursor = '0';
        do {
          const reply = await node.call('SCAN', cursor, 'MATCH', MATCH, 'COUNT', COUNT);
          const [next = '0', found] = entriesOf(reply);
          cursor = String(next);
          yield entriesOf(found).map(String);
        } while (cursor !== '0');
      }
    },
  });
}

function textOf(reply: unknown): string | null {
  return typeof reply === 'string' ? reply : null;
}
