import { digest128 } from '../../base/ids.js';
import { isJsonObject } from '../../base/json.js';
import type { AccountOrigin, Erasure, InvitationStore } from '../../ports/invitation-store.js';
import { erasureSeconds } from '../limits.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { originText } from './origin-codec.js';
import { scripts } from './scripts.js';

/** Nodes of a cluster have separate clocks. */
const clocksDifferMs = 1000;

interface Erasures extends Pick<InvitationStore, 'beginErasure'> {
  /**
   * Stores an account's origin or acceptance, and returns the erasure of its person that began after `claimedAt`;
   * `null`: none did. Both in one step: an erasure that begins later finds it.
   */
  noteOrigin(
    user: string,
    origin: AccountOrigin,
    more: { readonly accepted: boolean; readonly claimedAt: number },
  ): Promise<Erasure | null>;
}

/** The people who are being erased. */
export function createErasures(parts: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  skewMs(): number;
}): Erasures {
  const { redis, keys, skewMs } = parts;
  return Object.freeze<Erasures>({
    async beginErasure(user, { tombstone, tenant }) {
      await redis.run(
        scripts.beginErasure,
        [keys.account(digest128(user)).erasure],
        [tombstone, tenant ?? '', erasureSeconds, skewMs()],
      );
    },

    async noteOrigin(user, origin, { accepted, claimedAt }) {
      const at = keys.account(digest128(user));
      const json = await redis.run(
        scripts.noteOrigin,
        [at.origin, at.erasure, at.acceptances],
        [originText(origin), accepted ? origin.id : ''],
      );
      const value: unknown = typeof json === 'string' ? JSON.parse(json) : null;
      if (!isJsonObject(value) || Number(value['at']) < claimedAt - clocksDifferMs) return null;
      const { tombstone, tenant } = value;
      if (typeof tombstone !== 'string') return null;
      return { tombstone, tenant: typeof tenant === 'string' && tenant !== '' ? tenant : null };
    },
  });
}
