import { parseJson } from '../../base/json.js';
import type { MailSuppression, MailSuppressions } from '../../ports/mail-suppressions.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';

/** Addresses that get no more invitations, in Redis: one hash for each address, and an index that counts them. */
export function createRedisMailSuppressions({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): MailSuppressions {
  async function scopesOf(key: string): Promise<readonly string[]> {
    return entriesOf(await redis.call('HGETALL', key))
      .filter((_, index) => index % 2 === 0)
      .map(String);
  }

  return Object.freeze<MailSuppressions>({
    async add(address, scope, { at, by }) {
      const isNew = (await redis.call('HSETNX', keys.suppression(address), scope, JSON.stringify({ at, by }))) === 1;
      // In another slot: the index may lack one whose process died here.
      if (isNew) await redis.call('ZADD', keys.suppressions, at, memberOf(address, scope));
      return isNew;
    },
    async find(addresses, scope) {
      const found = await Promise.all(addresses.map((address) => redis.call('HGET', keys.suppression(address), scope)));
      return found.map(suppressionOf).find((one) => one !== null) ?? null;
    },
    async remove(addresses, scope) {
      const removed = await Promise.all(
        addresses.map(async (address) => {
          const key = keys.suppression(address);
          const scopes = scope === null ? await scopesOf(key) : [scope];
          const members = scopes.map((one) => memberOf(address, one));
          if (members.length > 0) await redis.call('ZREM', keys.suppressions, ...members);
          return scope === null ? redis.call('DEL', key) : redis.call('HDEL', key, scope);
        }),
      );
      return removed.some((count) => Number(count) > 0);
    },
    async count() {
      return Number(await redis.call('ZCARD', keys.suppressions));
    },
  });
}

const memberOf = (address: string, scope: string): string => `${address} ${scope}`;

/** The stored suppression, if this store wrote it. */
function suppressionOf(value: unknown): MailSuppression | null {
  if (typeof value !== 'string') return null;
  const { at, by } = parseJson(value) ?? {};
  return typeof at === 'number' && (by === 'recipient' || by === 'app') ? Object.freeze({ at, by }) : null;
}
