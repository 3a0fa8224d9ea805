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
    const present = await redis.call('GET', at.newest);
    // A number that was removed beside its versions is none.
    if (present === null) return Number(await redis.call('HLEN', at.entries)) === 0 ? 0 : null;
    const number = numberOf(present);
    if (number === null || (await redis.call('HEXISTS', at.entries, number + 1)) !== 1) return number;
    // Below a version that is kept: another program has written it, or a version has been stored since.
    return (await redis.call('GET', at.newest)) === present ? null : newest();
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
      const versions = entriesOf(kept)
        .flatMap((version) => numberOf(version) ?? [])
        .filter((version) => version > 0 && version <= (last ?? version))
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

/** At most 15 decimal digits, as Redis writes them; append-flows.lua reads them by the same rule. */
function numberOf(text: unknown): number | null {
  return typeof text === 'string' && /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
}
