import { entriesOf } from './reply-list.js';
import type { RedisConnection } from './connection.js';

/** What connect-redis 9 asks of the package "redis", said by ioredis. Keys go one by one, so that a cluster takes them. */
export interface SessionClient {
  get(key: string): Promise<string | null>;
  set(
    key: string,
    value: string,
    options?: { readonly expiration?: { readonly type: 'EX'; readonly value: number } },
  ): Promise<unknown>;
  expire(key: string, seconds: number): Promise<unknown>;
  del(keys: readonly string[]): Promise<unknown>;
  mGet(keys: readonly string[]): Promise<readonly (string | null)[]>;
  scanIterator(options: { readonly MATCH: string; readonly COUNT: number }): AsyncGenerator<readonly string[]>;
}

/** The client for `new RedisStore({ client })` of connect-redis 9; every call answers within two seconds or throws. */
export function createSessionClient(redis: RedisConnection): SessionClient {
  const get = async (key: string): Promise<string | null> => {
    const value = await redis.call('GET', key);
    return typeof value === 'string' ? value : null;
  };
  return Object.freeze({
    get,
    set: (
      key: string,
      value: string,
      options?: { readonly expiration?: { readonly type: 'EX'; readonly value: number } },
    ) =>
      options?.expiration === undefined
        ? redis.call('SET', key, value)
        : redis.call('SET', key, value, 'EX', options.expiration.value),
    expire: (key: string, seconds: number) => redis.call('EXPIRE', key, seconds),
    del: (keys: readonly string[]) => Promise.all(keys.map((key) => redis.call('DEL', key))),
    mGet: (keys: readonly string[]) => Promise.all(keys.map(get)),
    async *scanIterator({ MATCH, COUNT }: { readonly MATCH: string; readonly COUNT: number }) {
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
