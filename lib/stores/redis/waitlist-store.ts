import { randomToken } from '../../base/ids.js';
import { storeAway } from '../../base/error.js';
import type { WaitlistEntry, WaitlistStore, WaitlistState } from '../../ports/waitlist-store.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';
import { bodyOf, readEntry, waitingStates } from './waitlist-codec.js';

/**
 * The waitlist in Redis: one hash of entries, and sorted sets by state. All keys are in one slot, so that an entry and
 * its sets change together; on a cluster the list therefore has to fit on one server.
 */
export function createRedisWaitlistStore({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): WaitlistStore {
  const { entries, sequence, invitations, index, call } = keys.waitlist;
  // Identifies a write that is sent again after its reply was lost.
  const fresh = (): string => call(randomToken(9));

  async function read(ids: readonly string[]): Promise<readonly (WaitlistEntry | null)[]> {
    if (ids.length === 0) return [];
    return entriesOf(await redis.call('HMGET', entries, ...ids)).map(readEntry);
  }

  return Object.freeze<WaitlistStore>({
    async add(entry, ids) {
      const all = [index('all'), index('waiting'), index('all', entry.tenant), index('waiting', entry.tenant)];
      const reply = await redis.run(
        scripts.addWaiting,
        [entries, sequence, ...all, fresh()],
        [entry.id, bodyOf(entry), ...ids],
      );
      const [added, value] = entriesOf(reply);
      const there = readEntry(value);
      if (there === null) throw storeAway('the waitlist', new Error('an entry cannot be read'));
      return { added: added === 1, entry: there };
    },
    read,
    async byInvitation(id) {
      const entry = await redis.call('HGET', invitations, id);
      return typeof entry === 'string' ? ((await read([entry]))[0] ?? null) : null;
    },
    async list({ state, tenant, limit, after = 0 }) {
      const values = await redis.run(scripts.listWaiting, [index(state ?? 'all', tenant), entries], [after, limit]);
      return entriesOf(values).flatMap((value) => readEntry(value) ?? []);
    },
    async count({ tenant }) {
      const sets = waitingStates.map((state) => index(state, tenant));
      const counts = entriesOf(await redis.run(scripts.countWaiting, sets, []));
      const of = (state: WaitlistState): number => Number(counts[waitingStates.indexOf(state)] ?? 0);
      return {
        waiting: of('waiting'),
        approved: of('approved'),
        sent: of('sent'),
        failed: of('failed'),
        refused: of('refused'),
        joined: of('joined'),
      };
    },
    async change(next, present) {
      const { id, email, tenant, version } = present;
      const sets = [
        index(present.state),
        index(next.state),
        index(present.state, tenant),
        index(next.state, tenant),
      ] as const;
      const body = bodyOf({ ...next, id, email, tenant });
      const args = [id, version, next.state, body, next.invitation ?? ''];
      return (await redis.run(scripts.changeWaiting, [entries, invitations, ...sets, fresh()], args)) === 1;
    },
    async remove({ id, version, state, tenant, invitation, earlier }) {
      const sets = [index('all'), index(state), index('all', tenant), index(state, tenant)];
      const made = invitation === null ? earlier : [...earlier, invitation];
      const args = [id, version, ...made];
      return (await redis.run(scripts.removeWaiting, [entries, invitations, ...sets, fresh()], args)) === 1;
    },
  });
}
