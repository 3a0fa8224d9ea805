import { setTimeout as pause } from 'node:timers/promises';
import type { EventSink } from '../../ports/events.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { summaryOf, type InvitationSummary } from '../access/invitation-state.js';
import type { LeaseTerms } from '../redemption/lease.js';
import { settleAll, type LookUp } from '../redemption/settle.js';
import { editInvitation, findInvitation, type Reach } from './find.js';
import type { InvitationActor } from '../../ports/invitation-input.js';
import { treeOf, type Descendant, type TreeRoot } from './tree.js';

/** What was in flight when an invitation was revoked, and how it ended. */
export type Revoked = {
  /** Accounts made with it in all. */
  readonly redeemed: number;
  /** Places that were claimed for a write at that moment; who had a seat on hold is refused. */
  readonly inFlight: number;
  /** How many of those became accounts all the same. */
  readonly becameAccounts: number;
  /** How many are still claimed; 0 unless a write takes longer than a lease. */
  readonly stillOpen: number;
};

export interface RevokeParts extends Reach {
  readonly lookUp: LookUp | null;
  readonly events: EventSink;
  readonly terms: LeaseTerms;
}

/**
 * Ends an invitation. New claims are refused from the first moment; claims that are open are waited for, at most one
 * lease, because an account may be written under them right now.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function revokeInvitation(parts: RevokeParts, id: string, { by }: InvitationActor = {}): Promise<Revoked> {
  const { store, lookUp, events, terms } = parts;
  // Only what the store counted after the edit was surely open then; the counts before it may be older than a claim.
  await editInvitation(parts, id, { ledger: 'revoked', by }, ({ record, now }) =>
    record.revokedAt === null ? { revokedAt: now } : null,
  );
  const atOnce = await findInvitation(parts, id);
  events({ type: 'invitation.revoked', id, inFlight: atOnce.claimed, by: by ?? null });
  const after = await waitForClaims(atOnce);
  return {
    redeemed: after.redeemed,
    inFlight: atOnce.claimed,
    becameAccounts: after.redeemed - atOnce.redeemed,
    stillOpen: after.claimed,
  };

  async function waitForClaims(first: InvitationSnapshot): Promise<InvitationSnapshot> {
    let snapshot = first;
    let wait = 20;
    for (let waited = 0; snapshot.claimed > snapshot.lapsed && waited < terms.seconds * 1000; waited += wait) {
      await pause(wait);
      wait = Math.min(wait * 2, 1000);
      snapshot = await findInvitation(parts, id);
    }
    if (snapshot.lapsed === 0 || lookUp === null) return snapshot;
    await settleAll({ store, lookUp, events }, id);
    return findInvitation(parts, id);
  }
}

/**
 * Takes a revocation back; one that was not revoked stays as it is. It is open again if its time and uses allow.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function restoreInvitation(
  parts: Reach & { readonly events: EventSink; readonly settles: boolean },
  id: string,
  { by }: InvitationActor = {},
): Promise<InvitationSummary> {
  const before = await editInvitation(parts, id, { ledger: 'restored', by }, ({ record }) =>
    record.revokedAt === null ? null : { revokedAt: null },
  );
  if (before.record.revokedAt !== null) parts.events({ type: 'invitation.restored', id, by: by ?? null });
  return summaryOf(await findInvitation(parts, id), parts.settles);
}

export type TreeRevocation = {
  /** The invitations that end, or would; those that are revoked already are not among them. */
  readonly invitations: readonly string[];
  /** The accounts that came by the tree. They stay: what becomes of them is the app's to say. */
  readonly accounts: readonly Descendant[];
  /** What was in flight, by invitation; empty for a preview. */
  readonly revoked: Readonly<Record<string, Revoked>>;
  /** True when the tree is larger than what was read: revoke again for the rest. */
  readonly cut: boolean;
};

/**
 * Revokes an invitation, or all that an account has made, and everything below. With `preview` nothing is changed: the
 * answer is what would be.
 */
export async function revokeDescendants(
  parts: RevokeParts & { readonly settles: boolean },
  root: TreeRoot,
  { preview = false, ...actor }: InvitationActor & { readonly preview?: boolean } = {},
): Promise<TreeRevocation> {
  const { invitations: all, accounts, cut } = await treeOf(parts, root);
  const invitations = all.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id);
  if (preview) return { invitations, accounts, revoked: {}, cut };
  const revoked = new Map<string, Revoked>();
  // From the root down: who is still on the way in cannot open another branch behind us.
  for (const id of invitations) revoked.set(id, await revokeInvitation(parts, id, actor));
  return { invitations, accounts, revoked: Object.fromEntries(revoked), cut };
}
