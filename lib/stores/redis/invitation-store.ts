import { randomToken } from '../../base/ids.js';
import type { Claim, InvitationRecord, InvitationStore, LedgerKind, Place } from '../../ports/invitation-store.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './reply-list.js';
import { createRefusals } from './refusals.js';
import { readClaimAnswer, readLapsed, readLedger, readStanding } from './replies.js';
import { scripts } from './scripts.generated.js';

export interface RedisInvitationStoreParts {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** Added to Redis' own time, in milliseconds; 0 but in tests. */
  readonly skewMs?: () => number;
}

/**
 * Invitations in Redis. One script and one round trip per function (`list`: two); every script touches keys of one slot.
 * Redis' clock decides. The ledger keeps about the last 10,000 entries of an invitation.
 */
export function createRedisInvitationStore({
  redis,
  keys,
  skewMs = () => 0,
}: RedisInvitationStoreParts): InvitationStore {
  const read = (ids: readonly string[], plan = ''): Promise<unknown[]> =>
    Promise.all(
      ids.map((id) => {
        const { record, places, plans, open } = keys.invitation(id);
        return redis.run(scripts.readInvitation, [record, places, plans, open], [plan, skewMs()]);
      }),
    );

  return Object.freeze({
    async create(record: InvitationRecord) {
      const at = keys.invitation(record.id);
      // The index lies in another slot. It leaves with the script; an id in it without a record is skipped by `list`.
      const [created] = await Promise.all([
        redis.run(scripts.createInvitation, [at.record, at.ledger], [...fieldsOf(record), skewMs()]),
        redis.call('ZADD', keys.invitations, 'NX', record.createdAt, record.id),
      ]);
      return created === 1;
    },

    read: async (ids: readonly string[], plan?: string) => (await read(ids, plan)).map(readStanding),

    async list({ limit, after = '' }: { readonly limit: number; readonly after?: string }) {
      const ids = await redis.run(scripts.listInvitations, [keys.invitations], [limit, after]);
      const standings = await read(entriesOf(ids).map(String));
      return standings.flatMap((standing) => readStanding(standing) ?? []);
    },

    async edit(record: InvitationRecord, version: number, ledger: LedgerKind) {
      const at = keys.invitation(record.id);
      return (
        (await redis.run(
          scripts.editInvitation,
          [at.record, at.ledger],
          [...fieldsOf(record), version, ledger, skewMs()],
        )) === 1
      );
    },

    async claim({ id, plan, leaseSeconds }: Claim) {
      const { record, places, plans, open, free, ledger } = keys.invitation(id);
      const token = randomToken(9);
      const args = [plan, token, milliseconds(leaseSeconds), skewMs()];
      return readClaimAnswer(
        await redis.run(scripts.claimPlace, [record, places, plans, open, free, ledger], args),
        token,
      );
    },

    async renew({ id, place, token, leaseSeconds }: Place & { readonly token: string; readonly leaseSeconds: number }) {
      const { places, open } = keys.invitation(id);
      return (
        (await redis.run(scripts.renewClaim, [places, open], [place, token, milliseconds(leaseSeconds), skewMs()])) ===
        1
      );
    },

    async commit({ id, place, plan, user }: Place & { readonly plan: string; readonly user: string }) {
      const { places, plans, open, free, ledger } = keys.invitation(id);
      await redis.run(scripts.commitPlace, [places, plans, open, free, ledger], [place, plan, user, skewMs()]);
    },

    async release({ id, place, token }: Place & { readonly token: string }) {
      const { places, plans, open, free, ledger } = keys.invitation(id);
      return (
        (await redis.run(scripts.releasePlace, [places, plans, open, free, ledger], [place, token, skewMs()])) === 1
      );
    },

    async lapsed(id: string) {
      const { places, open } = keys.invitation(id);
      return readLapsed(await redis.run(scripts.lapsedClaims, [places, open], [skewMs()]));
    },

    ledger: async (id: string) => readLedger(await redis.call('XRANGE', keys.invitation(id).ledger, '-', '+')),
    ...createRefusals({ redis, keys }),
  });
}

function fieldsOf(record: InvitationRecord): readonly (string | number)[] {
  const { version, max, notBefore, expires, revokedAt } = record;
  return [JSON.stringify(record), version, max ?? '', notBefore ?? '', expires ?? '', revokedAt ?? ''];
}

function milliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000);
}
