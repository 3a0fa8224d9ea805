import { digest128 } from '../../base/ids.js';
import { isJsonObject } from '../../base/json.js';
import type { Erasure, InvitationStore } from '../../ports/invitation-store.js';
import { erasureSeconds } from '../erasure-seconds.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { scripts } from './scripts.js';

/** Nodes of a cluster tell the time by clocks of their own. */
const clocksDifferMs = 1000;

interface Erasures extends Pick<InvitationStore, 'beginErasure'> {
  /** The erasure of a person that began after `claimedAt`; `null`: none did. */
  since(user: string, claimedAt: number): Promise<Erasure | null>;
}

/** Which people are being erased. The key has a digest of the id: the id itself must not stay. */
export function createErasures(parts: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  skewMs(): number;
}): Erasures {
  const { redis, keys, skewMs } = parts;
  const keyOf = (user: string): string => keys.erasure(digest128(user));
  return Object.freeze<Erasures>({
    async beginErasure(user, { tombstone, tenant }) {
      await redis.run(scripts.beginErasure, [keyOf(user)], [tombstone, tenant ?? '', erasureSeconds, skewMs()]);
    },

    async since(user, claimedAt) {
      const json = await redis.call('GET', keyOf(user));
      const value: unknown = typeof json === 'string' ? JSON.parse(json) : null;
      if (!isJsonObject(value) || Number(value['at']) < claimedAt - clocksDifferMs) return null;
      const { tombstone, tenant } = value;
      if (typeof tombstone !== 'string') return null;
      return { tombstone, tenant: typeof tenant === 'string' && tenant !== '' ? tenant : null };
    },
  });
}
