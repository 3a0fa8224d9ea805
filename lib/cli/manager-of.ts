import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { Session } from './session.js';

/** The manager for a command: one tenant's when the command names a tenant. */
export async function managerOf(
  { enrollment }: Pick<Session, 'enrollment'>,
  { tenant }: { readonly tenant?: string | undefined },
): Promise<InvitationManager> {
  const { invitations } = await enrollment();
  return tenant === undefined ? invitations : invitations.forTenant(tenant);
}
