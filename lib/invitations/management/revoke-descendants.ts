import type { InvitationActor } from './input.js';
import { revokeInvitation, type RevokeParts, type Revoked } from './revoke.js';
import type { Descendant } from './tree.js';
import { treeOf, type TreeRoot } from './tree.js';

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
