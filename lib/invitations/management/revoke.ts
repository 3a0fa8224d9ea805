import { setTimeout as pause } from 'node:timers/promises';
import { EnrollmentError } from '../../base/error.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import { summaryOf, type InvitationSummary } from '../access/eligibility.js';
import type { LeaseTerms } from '../redemption/lease.js';
import { reserveRevived, type CeilingParts } from '../mailing/outstanding.js';
import { aloneForInvitation, type AddressLockParts } from '../mailing/send-lock.js';
import { settleAll, type LookUp } from '../redemption/settle.js';
import { editInvitation, findInvitation, type Reach } from './find.js';
import type { InvitationActor } from '../../ports/invitation-input.js';
import { treeOf, type Descendant, type TreeRoot } from './tree.js';

/** The claims that were open when an invitation was revoked, and how they ended. */
export type Revoked = {
  /** The total number of accounts created with it. */
  readonly redeemed: number;
  /** Seats that were claimed for a write at that moment; an enrollment with only a reservation is refused. */
  readonly inFlight: number;
  /** How many of those became accounts anyway. */
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
 * Revokes an invitation. New claims are refused immediately; the call waits for open claims, at most one lease, because
 * an account may be being written under them.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function revokeInvitation(parts: RevokeParts, id: string, { by }: InvitationActor = {}): Promise<Revoked> {
  const { events } = parts;
  // Only claims counted after the edit were certainly open then; earlier counts may be older than a claim.
  await editInvitation(parts, id, { ledger: 'revoked', by }, revocation);
  const atOnce = await findInvitation(parts, id);
  events({ type: 'invitation.revoked', id, inFlight: atOnce.claimed, by: by ?? null });
  const after = await waitForClaims(parts, atOnce);
  return {
    redeemed: after.redeemed,
    inFlight: atOnce.claimed,
    becameAccounts: after.redeemed - atOnce.redeemed,
    stillOpen: after.claimed,
  };
}

/**
 * The claims of an invitation that takes no new ones, once they have ended, or after a lease. `waiting`: called while it
 * waits, to keep a lock.
 */
export async function waitForClaims(
  parts: RevokeParts,
  first: InvitationSnapshot,
  waiting: () => Promise<void> = () => Promise.resolve(),
): Promise<InvitationSnapshot> {
  const { store, lookUp, events, terms } = parts;
  const { id } = first.record;
  let snapshot = first;
  let wait = 20;
  for (let waited = 0; snapshot.claimed > snapshot.lapsed && waited < terms.seconds * 1000; waited += wait) {
    await pause(wait);
    wait = Math.min(wait * 2, 1000);
    await waiting();
    snapshot = await findInvitation(parts, id);
  }
  if (snapshot.lapsed === 0 || lookUp === null) return snapshot;
  await settleAll({ store, lookUp, events }, id);
  return findInvitation(parts, id);
}

/**
 * Refuses new claims from now on, and does not wait for open ones.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function endInvitation(
  parts: Reach & { readonly events: EventSink },
  id: string,
  { by }: InvitationActor,
): Promise<void> {
  const before = await editInvitation(parts, id, { ledger: 'revoked', by }, revocation);
  if (before.record.revokedAt === null)
    parts.events({ type: 'invitation.revoked', id, inFlight: before.claimed, by: by ?? null });
}

/**
 * Undoes a revocation, also where the invited person declined; an invitation that was not revoked is unchanged. It is open again if its time and uses allow.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 * @throws ERR_ENROLLMENT_NOT_REISSUED (409) for one that another one replaced, or a mailed one whose address has a newer one
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429) for a mailed one, above a ceiling
 */
export function restoreInvitation(
  parts: RestoreParts,
  id: string,
  actor: InvitationActor = {},
): Promise<InvitationSummary> {
  return aloneForInvitation(parts, id, (present, confirm) => restore(parts, present, confirm, actor));
}

type RestoreParts = AddressLockParts & CeilingParts & { readonly events: EventSink };

async function restore(
  parts: RestoreParts,
  present: InvitationSnapshot,
  confirm: () => Promise<void>,
  { by }: InvitationActor,
): Promise<InvitationSummary> {
  const { id } = present.record;
  if (present.record.replacedBy === null) await reserveRevived(parts, present, { revokedAt: null, declinedAt: null });
  await confirm();
  const before = await editInvitation(parts, id, { ledger: 'restored', by }, ({ record }) => {
    // Two codes would otherwise be valid for its uses.
    if (record.replacedBy !== null) throw notRestored(record.replacedBy);
    return record.revokedAt === null ? null : { revokedAt: null, declinedAt: null };
  });
  if (before.record.revokedAt !== null) parts.events({ type: 'invitation.restored', id, by: by ?? null });
  return summaryOf(await findInvitation(parts, id), parts.settles);
}

function notRestored(replacedBy: string): EnrollmentError {
  const text = `this invitation stays revoked: it was reissued as ${replacedBy}`;
  return new EnrollmentError('ERR_ENROLLMENT_NOT_REISSUED', text, { status: 409, expose: true });
}

export type TreeRevocation = {
  /** The invitations that end, or would end; those that are already revoked are not included. */
  readonly invitations: readonly string[];
  /** The accounts that joined through the tree. They stay: the app decides about them. */
  readonly accounts: readonly Descendant[];
  /** The claims that were open, by invitation; empty for a preview. */
  readonly revoked: Readonly<Record<string, Revoked>>;
  /** True when the tree is larger than what was read: revoke again for the rest. */
  readonly cut: boolean;
};

/**
 * Revokes an invitation, or all that an account has made, and all descendants. With `preview` nothing is changed: the
 * result reports what would be.
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
  // From the root down: a sign-up in progress cannot open another branch in a part that was already processed.
  for (const id of invitations) revoked.set(id, await revokeInvitation(parts, id, actor));
  return { invitations, accounts, revoked: Object.fromEntries(revoked), cut };
}

/** A revocation is one: it keeps its time. */
function revocation({ record, now }: InvitationSnapshot): Partial<InvitationRecord> | null {
  return record.revokedAt === null ? { revokedAt: now } : null;
}
