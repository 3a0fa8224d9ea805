import { isJsonObject } from '../../base/json.js';
import type { InvitationStore, NotedRefusal } from '../../ports/invitation-store.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { scripts } from './scripts.js';

const kept = 100;

/** The last refusals by reference, and a count for each cause. */
export function createRefusalRecorder({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): Pick<InvitationStore, 'refused' | 'explain'> {
  const { causes, order, counts } = keys.refusals;
  return {
    async refused(refusals: readonly NotedRefusal[]) {
      const byCause = new Map<string, number>();
      for (const { cause } of refusals) byCause.set(cause, (byCause.get(cause) ?? 0) + 1);
      const counted = [...byCause].flat();
      const last = refusals
        .slice(-kept)
        .flatMap(({ reference, cause, id, at }) => [reference, JSON.stringify({ cause, id, at })]);
      await redis.run(scripts.noteRefusals, [causes, order, counts], [kept, byCause.size, ...counted, ...last]);
    },
    async explain(reference: string) {
      const json = await redis.call('HGET', causes, reference);
      const value: unknown = typeof json === 'string' ? JSON.parse(json) : null;
      if (!isJsonObject(value) || typeof value['cause'] !== 'string' || typeof value['at'] !== 'number') return null;
      return { cause: value['cause'], id: typeof value['id'] === 'string' ? value['id'] : null, at: value['at'] };
    },
  };
}
