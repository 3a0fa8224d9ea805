import { digest128 } from '../../base/ids.js';
import { parseJson } from '../../base/json.js';
import type { Consent, Consents } from '../../ports/consents.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';

/** Consents in Redis: one hash for each user. */
export function createRedisConsents({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): Consents {
  const keyOf = (userId: string): string => keys.account(digest128(userId)).consents;

  async function read(userId: string): Promise<readonly { readonly field: string; readonly consent: Consent }[]> {
    const entries = entriesOf(await redis.call('HGETALL', keyOf(userId)));
    return entries.flatMap((field, at) => {
      const value = entries[at + 1];
      if (at % 2 === 1 || typeof field !== 'string' || typeof value !== 'string') return [];
      const consent = consentOf(userId, value);
      return consent === null ? [] : [{ field, consent }];
    });
  }

  return Object.freeze<Consents>({
    list: async (userId) => (await read(userId)).map(({ consent }) => consent),
    async save({ userId, application, permissions, grantedAt, expiresAt }) {
      const field = digest128(JSON.stringify([application, permissions]));
      const value = JSON.stringify({ application, permissions, grantedAt, expiresAt });
      await redis.call('HSET', keyOf(userId), field, value);
    },
    async remove(userId, application) {
      if (application === undefined) {
        await redis.call('DEL', keyOf(userId));
        return;
      }
      const fields = (await read(userId)).filter(({ consent }) => consent.application === application);
      if (fields.length > 0) await redis.call('HDEL', keyOf(userId), ...fields.map(({ field }) => field));
    },
  });
}

/** The stored consent, if this store wrote it. */
function consentOf(userId: string, value: string): Consent | null {
  const { application, permissions, grantedAt, expiresAt } = parseJson(value) ?? {};
  const ids: readonly unknown[] | null = Array.isArray(permissions) ? permissions : null;
  if (typeof application !== 'string' || typeof grantedAt !== 'number' || ids === null) return null;
  if (!ids.every((id) => typeof id === 'string') || (expiresAt !== null && typeof expiresAt !== 'number')) return null;
  return Object.freeze<Consent>({ userId, application, permissions: ids, grantedAt, expiresAt });
}
