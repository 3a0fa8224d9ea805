import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { Session } from './session.js';

/** The manager that a command works at: one tenant's where it names one. */
export async function managerOf(
  { enrollment }: Pick<Session, 'enrollment'>,
  { tenant }: { readonly tenant?: string | undefined },
): Promise<InvitationManager> {
  const { invitations } = await enrollment();
  return tenant === undefined ? invitations : invitations.forTenant(tenant);
}
