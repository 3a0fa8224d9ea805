import type { WaitlistParts } from './parts.js';
import { revokeKnown } from './resend.js';
import { findByEmail } from './select.js';

export type WaitlistRemoval = {
  readonly removed: boolean;
  /** The invitations that were created for the person; they are revoked, and their records contain the address. */
  readonly invitations: readonly string[];
};

/** Erases a person: the entry, the answers, and the references from invitations to them. */
export async function remove(
  parts: Pick<WaitlistParts, 'store' | 'keyring' | 'invitations'>,
  email: string,
  tenant: string | undefined,
): Promise<WaitlistRemoval> {
  for (;;) {
    const entry = await findByEmail(parts, email, tenant);
    if (entry === null) return { removed: false, invitations: [] };
    const { earlier, invitation } = entry;
    const invitations = invitation === null ? earlier : [...earlier, invitation];
    // Revokes them first, because no record names them after the removal. A joined person's is used up.
    if (entry.state !== 'joined') for (const id of invitations) await revokeKnown(parts, id);
    if (await parts.store.remove(entry)) return { removed: true, invitations };
  }
}
