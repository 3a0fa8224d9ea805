import type { StageContext } from '../flow/facts.js';
import type { InvitationTerms } from '../ports/invitation-gate.js';

/**
 * The invitation of a plan, for policies, stages and settings that are functions: what it is and grants now. Never its
 * code. `null` before a code is accepted, and where the invitation is gone.
 * `context.invitation.data` is the same without a lookup, as it was when the code was accepted.
 */
export async function invitationOf({
  context,
  services,
}: Pick<StageContext, 'context' | 'services'>): Promise<InvitationTerms | null> {
  const { invitation } = context;
  return invitation === undefined ? null : services.invitations.terms(invitation);
}
