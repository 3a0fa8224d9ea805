import type {
  InvitationRecord,
  InvitationSnapshot,
  InvitationStore,
  OutstandingReservation,
} from '../../ports/invitation-store.js';
import { isOutstanding, outstandingCounts } from '../outstanding.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

interface OutstandingIndex extends Pick<InvitationStore, 'reserveOutstanding'> {
  /** Counts new records. */
  add(records: readonly InvitationRecord[]): Promise<void>;
  /** After an edit: counts the record where its new terms say, or no more. */
  follow(id: string, previous: InvitationRecord): Promise<void>;
  /** It was used up. */
  remove(record: InvitationRecord): Promise<void>;
}

/** So many entries of a full count are read to find some whose process died before it removed them. */
const mostChecked = 200;

/**
 * Counts of outstanding invitations. They are in other slots than the records, so an entry is written in addition to its
 * record; before a count refuses anything, its entries are compared with the records.
 */
export function createOutstandingIndex(parts: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  skewMs(): number;
  read(ids: readonly string[]): Promise<readonly (InvitationSnapshot | null)[]>;
}): OutstandingIndex {
  const { redis, keys, skewMs, read } = parts;

  function keysOf(record: InvitationRecord): readonly string[] {
    return outstandingCounts(record).map(({ ceiling, tenant, name }) =>
      keys.invitations.outstanding(tenant, ceiling, name),
    );
  }

  async function drop(at: readonly string[], ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await Promise.all(at.map((key) => redis.call('ZREM', key, ...ids)));
  }

  async function count(record: InvitationRecord): Promise<void> {
    const until = record.expires === null ? '+inf' : String(record.expires);
    await Promise.all(keysOf(record).map((key) => redis.call('ZADD', key, until, record.id)));
  }

  async function reserve(
    at: readonly string[],
    { record, ceilings, instead, seconds }: OutstandingReservation,
  ): Promise<number> {
    const limits = outstandingCounts(record).map(({ ceiling }) => ceilings[ceiling] ?? false);
    const args = [record.id, Math.ceil(seconds * 1000), skewMs(), JSON.stringify(limits), ...instead];
    const leaving = at.map((key) => keys.invitations.leaving(key));
    return Number(await redis.run(scripts.reserveOutstanding, [...at, ...leaving], args));
  }

  /** True where a full count had entries that are not outstanding. */
  async function corrected(key: string): Promise<boolean> {
    const reply = entriesOf(await redis.call('ZRANGE', key, 0, mostChecked - 1, 'WITHSCORES'));
    // Pairs, or flat in RESP2.
    const listed = reply.flatMap((entry): readonly unknown[] => (Array.isArray(entry) ? entry : [entry])).map(String);
    const snapshots = await read(listed.filter((_, at) => at % 2 === 0));
    const over = snapshots.flatMap((snapshot, at) => {
      if (snapshot === null || isOutstanding(snapshot)) return [];
      // Any other end is that of a reservation: the invitation is about to be created or edited.
      return Number(listed[at * 2 + 1]) === (snapshot.record.expires ?? Infinity) ? [snapshot.record.id] : [];
    });
    await drop([key], over);
    return over.length > 0;
  }

  return Object.freeze<OutstandingIndex>({
    async add(records) {
      await Promise.all(records.map(count));
    },
    async follow(id, previous) {
      const [snapshot = null] = await read([id]);
      const now = snapshot === null || !isOutstanding(snapshot) ? [] : keysOf(snapshot.record);
      const gone = keysOf(previous).filter((key) => !now.includes(key));
      await Promise.all([drop(gone, [id]), ...(snapshot === null || now.length === 0 ? [] : [count(snapshot.record)])]);
    },
    remove: (record) => drop(keysOf(record), [record.id]),
    async reserveOutstanding(reservation) {
      const at = keysOf(reservation.record);
      if (at.length === 0) return null;
      const ceilingOf = (full: number) => outstandingCounts(reservation.record)[full - 1]?.ceiling ?? null;
      const full = await reserve(at, reservation);
      const key = at[full - 1];
      if (key === undefined || !(await corrected(key))) return ceilingOf(full);
      return ceilingOf(await reserve(at, reservation));
    },
  });
}
