import type { MailedLink } from '../../ports/fresh-invitations.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { invitationIds } from '../codes/canonical-code.js';
import { provedAddress } from '../codes/mailed-code.js';
import { readTyped } from '../codes/typed-code.js';
import type { MailingParts } from './mailing.js';

/** The invitation whose mail has this link, and the address that it went to; `null` for a copied or an unknown link. */
export async function findByMail(
  { store, keyring }: Pick<MailingParts, 'store' | 'keyring'>,
  { code, proof }: MailedLink,
): Promise<{ readonly snapshot: InvitationSnapshot; readonly address: string } | null> {
  const typed = readTyped(code.reveal());
  if (typed.type !== 'code') return null;
  const snapshots = await store.read(invitationIds(keyring, typed.code));
  const snapshot = snapshots.find((one) => one !== null);
  const address = snapshot === undefined ? null : provedAddress(keyring, snapshot.record, proof);
  return snapshot === undefined || address === null ? null : { snapshot, address };
}
