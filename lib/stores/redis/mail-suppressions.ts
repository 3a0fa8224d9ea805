import { parseJson } from '../../base/json.js';
import type { MailSuppression, MailSuppressions } from '../../ports/mail-suppressions.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';

/** Addresses that get no more invitations, in Redis: one hash for each address. */
export function createRedisMailSuppressions({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): MailSuppressions {
  return Object.freeze<MailSuppressions>({
    async add(address, scope, { at, by }) {
      return (await redis.call('HSETNX', keys.suppression(address), scope, JSON.stringify({ at, by }))) === 1;
    },
    async find(addresses, scope) {
      const found = await Promise.all(addresses.map((address) => redis.call('HGET', keys.suppression(address), scope)));
      return found.map(suppressionOf).find((one) => one !== null) ?? null;
    },
    async remove(addresses, scope) {
      const removed = await Promise.all(
        addresses.map((address) => {
          const key = keys.suppression(address);
          return scope === null ? redis.call('DEL', key) : redis.call('HDEL', key, scope);
        }),
      );
      return removed.some((count) => Number(count) > 0);
    },
  });
}

/** The stored suppression, if this store wrote it. */
function suppressionOf(value: unknown): MailSuppression | null {
  if (typeof value !== 'string') return null;
  const { at, by } = parseJson(value) ?? {};
  return typeof at === 'number' && (by === 'recipient' || by === 'app') ? Object.freeze({ at, by }) : null;
}
