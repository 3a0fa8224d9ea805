import { isJsonObject } from '../../base/json.js';
import type { InvitationStore } from '../../ports/invitation-store.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { scripts } from './scripts.js';

const kept = 100;

/** The last refusals under their references, and how many there were of each cause. */
export function createRefusals({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): Pick<InvitationStore, 'refused' | 'explain'> {
  const { causes, order, counts } = keys.refusals;
  return {
    async refused(reference: string, cause: string, id: string | null, at: number) {
      await redis.run(
        scripts.noteRefusal,
        [causes, order, counts],
        [reference, cause, JSON.stringify({ cause, id, at }), kept],
      );
    },
    async explain(reference: string) {
      const json = await redis.call('HGET', causes, reference);
      const value: unknown = typeof json === 'string' ? JSON.parse(json) : null;
      if (!isJsonObject(value) || typeof value['cause'] !== 'string' || typeof value['at'] !== 'number') return null;
      return { cause: value['cause'], id: typeof value['id'] === 'string' ? value['id'] : null, at: value['at'] };
    },
  };
}
