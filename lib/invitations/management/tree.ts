import { isAcceptance } from '../../base/acceptance-id.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { summaryOf, type InvitationSummary } from '../access/eligibility.js';
import { findInvitation, type Reach } from './find.js';

/** An account and its origin. */
export type Descendant = {
  readonly user: string;
  /** The invitation it used, and when (milliseconds since 1970). */
  readonly invitation: string;
  readonly at: number | null;
  /** The account that made the invitation; `null`: no user issued it. */
  readonly inviter: string | null;
  /** 1 for accounts that joined directly through the root. */
  readonly depth: number;
  /** True: the account was there before and accepted the invitation. What it made does not belong to the tree. */
  readonly accepted: boolean;
};

export interface InvitationTree {
  readonly invitations: readonly InvitationSummary[];
  readonly accounts: readonly Descendant[];
  /** True when there are more than were read. */
  readonly cut: boolean;
}

/** The root of a tree: an invitation, or all that an account has made. */
export type TreeRoot = { readonly invitation: string } | { readonly inviter: string };

type TreeParts = Reach & { readonly settles: boolean };

const mostInvitations = 10_000;
const pageSize = 500;

/**
 * The tree of invitations, from the root down: invitations, the accounts they created, the invitations of those
 * accounts … Accounts that accepted an invitation with the account they had are listed, and end their branch. An erased account is represented by its tombstone. Reads 10,000 invitations at most.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404) for a root that is not there
 */
export async function treeOf(parts: TreeParts, root: TreeRoot): Promise<InvitationTree> {
  const invitations: InvitationSummary[] = [];
  const accounts: Descendant[] = [];
  const seen = new Set<string>();
  let level: readonly InvitationSnapshot[] =
    'invitation' in root ? [await findInvitation(parts, root.invitation)] : await madeBy(parts, root.inviter);

  for (let depth = 1; level.length > 0; depth += 1) {
    const next: InvitationSnapshot[] = [];
    for (const snapshot of level) {
      const { record } = snapshot;
      // The inviter of an account may be one of its own invitees.
      if (seen.has(record.id)) continue;
      if (invitations.length === mostInvitations) return { invitations, accounts, cut: true };
      seen.add(record.id);
      invitations.push(summaryOf(snapshot, parts.settles));
      for (const { user, at, accepted } of await redeemersOf(parts, record.id)) {
        accounts.push({ user, invitation: record.id, at, inviter: record.inviter, depth, accepted });
        if (!accepted) next.push(...(await madeBy(parts, user)));
      }
    }
    level = next;
  }
  return { invitations, accounts, cut: false };
}

/** The chain of inviters of an account, up to the invitation that no user issued. */
export async function inviterChains({ store, tenant }: Reach, user: string): Promise<readonly Descendant[]> {
  const line: Descendant[] = [];
  const seen = new Set<string>();
  for (let at: string | null = user; at !== null && !seen.has(at);) {
    seen.add(at);
    const origin = await store.originOf(at);
    const [snapshot = null] = origin === null ? [] : await store.read([origin.id]);
    if (origin === null || snapshot === null || (tenant !== undefined && snapshot.record.tenant !== tenant)) break;
    const { inviter } = snapshot.record;
    line.push({ user: at, invitation: origin.id, at: origin.at, inviter, depth: line.length + 1, accepted: false });
    at = inviter;
  }
  return line;
}

async function madeBy({ store, tenant }: TreeParts, inviter: string): Promise<readonly InvitationSnapshot[]> {
  const found: InvitationSnapshot[] = [];
  const query = { inviter, limit: pageSize, ...(tenant === undefined ? {} : { tenant }) };
  for await (const page of everyPage((cursor) => store.list({ ...query, ...cursor }))) {
    found.push(...page.snapshots);
    if (found.length > mostInvitations) break;
  }
  return found;
}

type Redeemer = Pick<Descendant, 'user' | 'at' | 'accepted'>;

async function redeemersOf({ store }: TreeParts, id: string): Promise<readonly Redeemer[]> {
  const found: Redeemer[] = [];
  for await (const page of everyPage((cursor) => store.seats(id, { limit: pageSize, ...cursor })))
    found.push(
      ...page.seats.flatMap(({ user, at, plan }) =>
        user === null ? [] : [{ user, at, accepted: isAcceptance(plan) }],
      ),
    );
  return found;
}
