import { createTokens } from '../../base/ids.js';
import type {
  SeatClaim,
  AccountOrigin,
  ReservationAnswer,
  InvitationRecord,
  InvitationSnapshot,
  InvitationStore,
  LedgerKind,
  SeatRef,
} from '../../ports/invitation-store.js';
import type { RedisConnection } from './connection.js';
import { createErasures } from './erasures.js';
import { createInvitationIndex } from './invitation-index.js';
import type { RedisKeys } from './keys.js';
import { readRecord, recordText, termsText } from './record-codec.js';
import { createOutstandingIndex } from './outstanding.js';
import { createRefusalRecorder } from './refusals.js';
import {
  entriesOf,
  readClaimAnswer,
  readReservationAnswer,
  readIssued,
  readLapsed,
  readLedger,
  readSnapshot,
} from './replies.js';
import { createSeatLists } from './seat-lists.js';
import { scripts } from './scripts.js';

interface RedisInvitationStoreParts {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** Added to Redis' own time, in milliseconds; 0 except in tests. */
  readonly skewMs?: () => number;
}

/**
 * Invitations in Redis. One script and one round trip per function (lists: two); every script uses keys of one slot.
 * Redis' clock decides. Every write carries a token: a write that is sent again after its reply was lost is recognized.
 * The ledger keeps the last 10,000 entries of an invitation.
 */
export function createRedisInvitationStore({
  redis,
  keys,
  skewMs = () => 0,
}: RedisInvitationStoreParts): InvitationStore {
  const callToken = createTokens(9);
  const read = (ids: readonly string[], plan = ''): Promise<(InvitationSnapshot | null)[]> =>
    Promise.all(
      ids.map(async (id) => {
        const { record, seats, plans, open, holds } = keys.invitation(id);
        const at = [record, seats, plans, open, holds];
        return readSnapshot(id, await redis.run(scripts.readInvitation, at, [plan, skewMs()]));
      }),
    );
  const index = createInvitationIndex({ redis, keys, read });
  const outstanding = createOutstandingIndex({ redis, keys, skewMs, read });
  const erasures = createErasures({ redis, keys, skewMs });

  async function createAll(records: readonly InvitationRecord[], by = ''): Promise<readonly boolean[]> {
    // The index commands are sent with the scripts; an indexed id without a record is skipped.
    const [, , ...created] = await Promise.all([
      index.add(records),
      outstanding.add(records),
      ...records.map((record) => {
        const at = keys.invitation(record.id);
        return redis.run(
          scripts.createInvitation,
          [at.record],
          [recordText(record), termsText(record), by, skewMs(), callToken()],
        );
      }),
    ]);
    return created.map((answer) => answer === 1);
  }

  function take(id: string, args: readonly (string | number)[]): Promise<unknown> {
    const { record, seats, plans, open, free, ledger, holds, persons } = keys.invitation(id);
    return redis.run(scripts.claimSeat, [record, seats, plans, open, free, ledger, holds, persons], args);
  }

  async function eraseIn(id: string, seat: string, user: string, tombstone: string): Promise<void> {
    const { record, seats, ledger, call } = keys.invitation(id);
    const at = [record, seats, ledger, call(callToken())];
    await redis.run(scripts.erasePerson, at, [user, tombstone, seat, skewMs()]);
  }

  async function moveOrigin(origin: AccountOrigin, user: string, tombstone: string): Promise<void> {
    await index.recordOrigin(tombstone, origin);
    await index.forgetOrigin(user);
  }

  async function moveAcceptance(acceptance: AccountOrigin, user: string, tombstone: string): Promise<void> {
    await index.recordAcceptance(tombstone, acceptance);
    await index.forgetAcceptance(user, acceptance.id);
  }

  async function isWithin(id: string, tenant: string | null): Promise<boolean> {
    if (tenant === null) return true;
    const [snapshot = null] = await read([id]);
    return snapshot?.record.tenant === tenant;
  }

  return Object.freeze<InvitationStore>({
    create: async (record, by) => (await createAll([record], by))[0] ?? false,
    createAll,
    read,
    list: index.list,

    async edit(record: InvitationRecord, previous: InvitationRecord, ledger: LedgerKind, by = '') {
      const at = keys.invitation(record.id);
      const args = [recordText(record), termsText(record), by, previous.version, ledger, skewMs(), callToken()];
      if ((await redis.run(scripts.editInvitation, [at.record, at.ledger], args)) !== 1) return false;
      const isMailed = record.mail !== null || previous.mail !== null;
      await Promise.all([index.move(record, previous), isMailed ? outstanding.follow(record.id, previous) : null]);
      return true;
    },
    reserveOutstanding: outstanding.reserveOutstanding,

    async claim({ id, plan, leaseSeconds, person }: SeatClaim) {
      const token = callToken();
      const args = [plan, token, milliseconds(leaseSeconds), skewMs(), person ?? '', ''];
      return readClaimAnswer(id, await take(id, args), token);
    },

    async reserve({ id, plan, person }: Omit<SeatClaim, 'leaseSeconds'>): Promise<ReservationAnswer> {
      return readReservationAnswer(id, await take(id, [plan, callToken(), 0, skewMs(), person ?? '', '1']));
    },

    async releaseReservation(id: string, plan: string) {
      const { seats, plans, open, free, ledger, holds, persons, call } = keys.invitation(id);
      const at = [seats, plans, open, free, ledger, holds, persons, call(callToken())];
      return (await redis.run(scripts.releaseReservation, at, [plan, skewMs()])) === 1;
    },

    async renew({
      id,
      seat,
      token,
      leaseSeconds,
    }: SeatRef & { readonly token: string; readonly leaseSeconds: number }) {
      const { seats, open } = keys.invitation(id);
      return (
        (await redis.run(scripts.renewClaim, [seats, open], [seat, token, milliseconds(leaseSeconds), skewMs()])) === 1
      );
    },

    async commit({ id, seat, plan, user, accepted = false }) {
      const { record, seats, plans, open, free, ledger, holds } = keys.invitation(id);
      const answer = entriesOf(
        await redis.run(
          scripts.commitSeat,
          [seats, plans, open, free, ledger, holds, record],
          [seat, plan, user, skewMs(), callToken()],
        ),
      );
      const [at = 0, claimedAt = 0] = answer.slice(0, 2).map(Number);
      if (at === 0) return false;
      const origin: AccountOrigin = { id, seat, at };
      const usedUp = readRecord(id, answer[2]);
      const [erasure] = await Promise.all([
        erasures.noteOrigin(user, origin, { accepted, claimedAt }),
        usedUp === null ? null : outstanding.remove(usedUp),
      ]);
      if (erasure === null || !(await isWithin(id, erasure.tenant))) return true;
      await eraseIn(id, seat, user, erasure.tombstone);
      await (accepted ? moveAcceptance : moveOrigin)(origin, user, erasure.tombstone);
      return true;
    },

    async release({ id, seat, token }: SeatRef & { readonly token: string }) {
      const { seats, plans, open, free, ledger, holds, persons, call } = keys.invitation(id);
      const at = [seats, plans, open, free, ledger, holds, persons, call(callToken())];
      return (await redis.run(scripts.releaseSeat, at, [seat, token, skewMs()])) === 1;
    },

    async lapsed(id: string) {
      const { seats, open } = keys.invitation(id);
      return readLapsed(await redis.run(scripts.lapsedClaims, [seats, open], [skewMs()]));
    },

    async ledger(id: string) {
      const { record, ledger } = keys.invitation(id);
      const [issued, listed] = await Promise.all([
        redis.call('HGET', record, 'issued'),
        redis.call('LRANGE', ledger, 0, -1),
      ]);
      return [...readIssued(issued), ...readLedger(listed)];
    },
    ...createSeatLists({ redis, keys }),
    originOf: index.originOf,
    acceptancesOf: index.acceptancesOf,

    async erase(id: string, user: string, tombstone: string) {
      const [origin, acceptance] = await Promise.all([index.originOf(user), index.acceptanceOf(user, id)]);
      const seat = origin?.id === id ? origin.seat : (acceptance?.seat ?? '');
      await eraseIn(id, seat, user, tombstone);
      if (origin?.id === id) await moveOrigin(origin, user, tombstone);
      if (acceptance === null) return;
      // An account that was created with it and accepted it as well has two seats.
      if (acceptance.seat !== seat) await eraseIn(id, acceptance.seat, user, tombstone);
      await moveAcceptance(acceptance, user, tombstone);
    },
    beginErasure: erasures.beginErasure,

    ...createRefusalRecorder({ redis, keys }),
  });
}

function milliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000);
}
