import type { FlowStore } from '../../ports/flow-store.js';
import { flowLimits } from '../limits.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

/** The versions of flows in Redis: two hashes and the number of the newest one, all in one slot. */
export function createRedisFlowStore({
  redis,
  keys: { flows: at },
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): FlowStore {
  async function newest(): Promise<number | null> {
    // In this order: a version that is stored in between is none that the number is below.
    const kept = versionsIn(await redis.call('HKEYS', at.entries));
    const number = numberOf((await redis.call('GET', at.newest)) ?? '0');
    // A number that was removed beside its versions, or set back below them, is none.
    return number === null || kept.some((version) => version > number) ? null : number;
  }

  return Object.freeze<FlowStore>({
    newest,
    async read(version) {
      const [entry, files] = await Promise.all([
        redis.call('HGET', at.entries, version),
        redis.call('HGET', at.files, version),
      ]);
      return typeof entry === 'string' && typeof files === 'string' ? { version, entry, files } : null;
    },
    async list() {
      const [last, kept] = await Promise.all([newest(), redis.call('HKEYS', at.entries)]);
      const versions = versionsIn(kept)
        .filter((version) => version <= (last ?? version))
        .sort((a, b) => b - a)
        .slice(0, flowLimits.mostKept);
      if (versions.length === 0) return [];
      const entries = entriesOf(await redis.call('HMGET', at.entries, ...versions));
      return versions.flatMap((version, index) => {
        const entry = entries[index];
        return typeof entry === 'string' ? [{ version, entry }] : [];
      });
    },
    async append({ after, entry, files, kept }) {
      const reply = await redis.run(
        scripts.appendFlows,
        [at.newest, at.entries, at.files],
        [after, entry, files, Math.min(kept, flowLimits.mostKept)],
      );
      const [stored, number] = entriesOf(reply);
      return { stored: stored === 1, newest: Number(number) };
    },
  });
}

function versionsIn(fields: unknown): readonly number[] {
  return entriesOf(fields).flatMap((field) => numberOf(field) ?? []);
}

/** At most 15 decimal digits, as Redis writes them; append-flows.lua reads them by the same rule. */
function numberOf(text: unknown): number | null {
  return typeof text === 'string' && /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
}
