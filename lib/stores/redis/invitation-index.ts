import { digest128 } from '../../base/ids.js';
import type {
  AccountOrigin,
  InvitationPage,
  InvitationQuery,
  InvitationRecord,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';
import { firstMatch, foldWord, isAskedFor, wordsOf } from '../invitation-words.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { originText, readOrigin } from './origin-codec.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

interface InvitationIndex {
  /** Adds records to the indexes by tenant, inviter and words. */
  add(records: readonly InvitationRecord[]): Promise<void>;
  /** Moves a record to the index positions of its changed fields. */
  move(record: InvitationRecord, previous: InvitationRecord): Promise<void>;
  list(query: InvitationQuery): Promise<InvitationPage>;
  recordOrigin(user: string, origin: AccountOrigin): Promise<void>;
  forgetOrigin(user: string): Promise<void>;
  originOf(user: string): Promise<AccountOrigin | null>;
  recordAcceptance(user: string, acceptance: AccountOrigin): Promise<void>;
  forgetAcceptance(user: string, id: string): Promise<void>;
  acceptanceOf(user: string, id: string): Promise<AccountOrigin | null>;
  acceptancesOf(user: string): Promise<readonly AccountOrigin[]>;
}

type Entry = readonly [score: number, member: string];

/**
 * The indexes of invitations. They are in other slots than the records: an entry is written in addition to its record,
 * and one whose record is missing or different is skipped when it is read.
 */
export function createInvitationIndex(parts: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  read(ids: readonly string[]): Promise<readonly (InvitationSnapshot | null)[]>;
}): InvitationIndex {
  const { redis, keys, read } = parts;
  const at = keys.invitations;

  function entriesFor(record: InvitationRecord): ReadonlyMap<string, readonly Entry[]> {
    const { id, createdAt, tenant, inviter } = record;
    // An id is a word too: it is indexed once.
    const words = wordsOf(record).map((word): Entry => [0, word === id ? id : `${word} ${id}`]);
    const own: readonly Entry[] = [[createdAt, id]];
    return new Map([
      [at.all, own],
      [at.words(null), words],
      ...(tenant === null
        ? []
        : ([
            [at.ofTenant(tenant), own],
            [at.words(tenant), words],
          ] as const)),
      ...(inviter === null ? [] : ([[at.ofInviter(inviter), own]] as const)),
    ]);
  }

  async function add(records: readonly InvitationRecord[]): Promise<void> {
    const all = new Map<string, Entry[]>();
    for (const record of records) {
      for (const [key, entries] of entriesFor(record)) {
        const present = all.get(key);
        if (present === undefined) all.set(key, [...entries]);
        else present.push(...entries);
      }
    }
    await Promise.all([...all].map(([key, entries]) => redis.call('ZADD', key, 'NX', ...entries.flat())));
  }

  async function newest(key: string, query: InvitationQuery): Promise<InvitationPage> {
    const ids = entriesOf(await redis.run(scripts.listInvitations, [key], [query.limit, query.after ?? ''])).map(
      String,
    );
    const snapshots = present(await read(ids)).filter(({ record }) => isAskedFor(record, query));
    return { snapshots, next: ids.length < query.limit ? null : (ids.at(-1) ?? null) };
  }

  async function beginningWith(search: string, query: InvitationQuery): Promise<InvitationPage> {
    const beginning = foldWord(search);
    const from = query.after === undefined ? `[${beginning}` : `(${query.after}`;
    const answer = await redis.call(
      'ZRANGEBYLEX',
      at.words(query.tenant ?? null),
      from,
      `[${beginning}\u{10ffff}`,
      'LIMIT',
      0,
      query.limit,
    );
    const members = entriesOf(answer).map(String);
    const found = members.map((member) => member.split(' '));
    const snapshots = await read(found.map(([word = '', id = word]) => id));
    return {
      snapshots: present(
        snapshots.map((snapshot, index) =>
          snapshot !== null && firstMatch(snapshot.record, beginning) === found[index]?.[0] ? snapshot : null,
        ),
      ).filter(({ record }) => isAskedFor(record, query)),
      next: members.length < query.limit ? null : (members.at(-1) ?? null),
    };
  }

  return Object.freeze<InvitationIndex>({
    add,
    async move(record, previous) {
      const now = entriesFor(record);
      const gone = [...entriesFor(previous)].flatMap(([key, entries]) => {
        const kept = new Set(now.get(key)?.map(([, member]) => member));
        const members = entries.map(([, member]) => member).filter((member) => !kept.has(member));
        return members.length === 0 ? [] : [{ key, members }];
      });
      await Promise.all([add([record]), ...gone.map(({ key, members }) => redis.call('ZREM', key, ...members))]);
    },
    list(query) {
      const { search, inviter, tenant } = query;
      if (search !== undefined) return beginningWith(search, query);
      if (inviter !== undefined) return newest(at.ofInviter(inviter), query);
      return newest(tenant === undefined ? at.all : at.ofTenant(tenant), query);
    },
    async recordOrigin(user, origin) {
      await redis.call('SET', keys.account(digest128(user)).origin, originText(origin));
    },
    async forgetOrigin(user) {
      await redis.call('DEL', keys.account(digest128(user)).origin);
    },
    async originOf(user) {
      return readOrigin(await redis.call('GET', keys.account(digest128(user)).origin));
    },
    async recordAcceptance(user, acceptance) {
      await redis.call('HSET', keys.account(digest128(user)).acceptances, acceptance.id, originText(acceptance));
    },
    async forgetAcceptance(user, id) {
      await redis.call('HDEL', keys.account(digest128(user)).acceptances, id);
    },
    async acceptanceOf(user, id) {
      return readOrigin(await redis.call('HGET', keys.account(digest128(user)).acceptances, id));
    },
    async acceptancesOf(user) {
      const key = keys.account(digest128(user)).acceptances;
      const found = new Map<string, AccountOrigin>();
      let cursor = '0';
      do {
        const [next, listed] = entriesOf(await redis.call('HSCAN', key, cursor, 'COUNT', 100));
        const origins = entriesOf(listed).filter((_, at) => at % 2 === 1);
        for (const origin of origins.map(readOrigin)) if (origin !== null) found.set(origin.id, origin);
        cursor = String(next);
      } while (cursor !== '0');
      return [...found.values()];
    },
  });
}

function present(snapshots: readonly (InvitationSnapshot | null)[]): readonly InvitationSnapshot[] {
  return snapshots.filter((snapshot) => snapshot !== null);
}
