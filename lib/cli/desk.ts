import type { InvitationDesk } from '../invitations/desk.js';
import type { Session } from './session.js';

/** The desk that a command works at: one tenant's where it names one. */
export async function deskOf(
  { enrollment }: Pick<Session, 'enrollment'>,
  { tenant }: { readonly tenant?: string | undefined },
): Promise<InvitationDesk> {
  const { invitations } = await enrollment();
  return tenant === undefined ? invitations : invitations.within(tenant);
}
