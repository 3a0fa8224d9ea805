import { canonicalEmail } from '../../base/canonical.js';
import { randomReference } from '../../base/ids.js';
import { everyPage } from '../../base/paging.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import type { Mailing } from '../mailing/mailing.js';
import { aloneForInvitation } from '../mailing/send-lock.js';
import { editInvitation, type Reach } from './find.js';
import type { InvitationActor } from '../../ports/invitation-input.js';

/** A person to erase, by what the app knows of them. */
export interface ErasedPerson {
  /** The account's id. */
  readonly user?: string;
  /** An address that invitations may be bound to. */
  readonly email?: string;
}

export type Erased = {
  /** Replaces the person's id: the edges of the tree stay. `null` when no account was named. */
  readonly tombstone: string | null;
  /** The invitations that named the person. */
  readonly invitations: readonly string[];
};

/**
 * Removes a person from seats, ledgers and records, also of mails, and withdraws those that wait; that the entry existed stays. As `by` in the ledger a person is
 * found in the invitations that they made, created or used; labels and notes are the administrator's own text, and
 * stay. The row in the app's own `enrollment_redemptions` is the app's to change: put the tombstone into its `user_id`,
 * or `reconcile` would find the old id again.
 */
export async function erasePerson(
  reach: Reach & {
    readonly events: EventSink;
    readonly mailing: Pick<Mailing, 'queue' | 'suppressions' | 'ephemeralStore'>;
  },
  { user, email }: ErasedPerson,
  { by }: InvitationActor = {},
): Promise<Erased> {
  const touched = new Set<string>();
  const tombstone = user === undefined ? null : `erased-${randomReference()}`;
  if (user !== undefined && tombstone !== null) {
    // Before the search: an account that is written but not yet committed is not recorded anywhere.
    await reach.store.beginErasure(user, { tombstone, tenant: reach.tenant ?? null });
    for (const { record } of await namedIn(reach, user)) {
      await rename(reach, record.id, by, (present) => withoutUser(present, user, tombstone));
      await reach.store.erase(record.id, user, tombstone);
      touched.add(record.id);
    }
  }
  const address = email === undefined ? null : canonicalEmail(email);
  if (address !== null) {
    for (const id of await eraseAddress(reach, address, by)) touched.add(id);
  }
  const { queue, suppressions } = reach.mailing;
  if (email !== undefined && queue !== null) await suppressions.erase({ email, tenant: reach.tenant });
  await queue?.erase({
    ...(user === undefined ? {} : { user }),
    ...(email === undefined ? {} : { email }),
    ...(reach.tenant === undefined ? {} : { tenant: reach.tenant }),
  });
  reach.events({ type: 'invitation.erased', invitations: [...touched], by: by ?? null });
  return { tombstone, invitations: [...touched] };
}

/** Again until none is left: a call that made a new code of one meanwhile has given it the address. */
async function eraseAddress(
  reach: Parameters<typeof erasePerson>[0],
  address: string,
  by: string | undefined,
): Promise<readonly string[]> {
  const erased: string[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const found = (await snapshots(reach, { search: address })).filter(({ record }) => record.bound === address);
    if (found.length === 0) break;
    for (const { record } of found) {
      // An address without an owner: the domain `.invalid` never receives mail (RFC 2606).
      const bound = `erased-${record.id.slice(0, 12)}@erased.invalid`;
      // What its mails said may name the person.
      await aloneForInvitation(reach, record.id, async (_present, confirm) => {
        await confirm();
        await rename(reach, record.id, by, () => ({ bound, mail: null }));
      });
      erased.push(record.id);
    }
  }
  return erased;
}

/** Invitations that are made without an end do not keep the call. */
const mostRounds = 10;

function withoutUser(record: InvitationRecord, user: string, tombstone: string): Partial<InvitationRecord> | null {
  if (record.inviter !== user && record.creator !== user) return null;
  return {
    inviter: record.inviter === user ? tombstone : record.inviter,
    creator: record.creator === user ? tombstone : record.creator,
  };
}

async function rename(
  reach: Reach,
  id: string,
  by: string | undefined,
  change: (record: InvitationRecord) => Partial<InvitationRecord> | null,
): Promise<void> {
  await editInvitation(reach, id, { ledger: 'erased', by }, ({ record }) => change(record));
}

/** The invitations that a person made or used, or is the creator of; another tenant's are excluded. */
async function namedIn(reach: Reach, user: string): Promise<readonly InvitationSnapshot[]> {
  const [origin, accepted] = await Promise.all([reach.store.originOf(user), reach.store.acceptancesOf(user)]);
  const used = await reach.store.read([...(origin === null ? [] : [origin]), ...accepted].map(({ id }) => id));
  const reached = used
    .filter((one) => one !== null)
    .filter(({ record }) => reach.tenant === undefined || record.tenant === reach.tenant);
  const made = await snapshots(reach, { inviter: user });
  const created = (await snapshots(reach, { search: user })).filter(({ record }) => record.creator === user);
  return [...new Map([...reached, ...made, ...created].map((one) => [one.record.id, one])).values()];
}

async function snapshots(
  { store, tenant }: Reach,
  query: { readonly inviter: string } | { readonly search: string },
): Promise<readonly InvitationSnapshot[]> {
  const found: InvitationSnapshot[] = [];
  const scope = tenant === undefined ? query : { ...query, tenant };
  for await (const page of everyPage((cursor) => store.list({ ...scope, limit: 500, ...cursor })))
    found.push(...page.snapshots);
  return found;
}
