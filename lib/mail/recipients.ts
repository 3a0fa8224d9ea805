import { canonicalEmail } from '../base/canonical.js';
import type { MailRecipient, MailStep } from '../ports/mail-codes.js';
import type { MailKind } from '../ports/mailer.js';
import type { Profiles } from '../ports/profiles.js';
import type { UserProfile } from '../ports/user-store.js';

/** Where the mail of a step goes. */
export interface Mailbox {
  /** `null`: no mail is sent. */
  readonly to: string | null;
  /** The account that the code is for; `null`: there is none, or the code is for a new one. */
  readonly userId: string | null;
  /** The names that the account signs in with, or the address. */
  readonly names: readonly string[];
  /** False: no code is right. */
  readonly isProof: boolean;
  /** The kind of the mail, unless the account has no password. */
  readonly kind: MailKind;
}

interface MailboxParts {
  readonly profiles: Profiles;
  /** True when an account other than this enrollment's own has the address. */
  taken(address: string, enrollmentId: string): Promise<boolean>;
}

/** Looks up one account, whether there is one or not. */
export async function findMailbox(parts: MailboxParts, step: MailStep): Promise<Mailbox> {
  const { recipient, purpose: kind, enrollmentId } = step;
  if (recipient.type === 'address') {
    const taken = await parts.taken(recipient.address, enrollmentId);
    const { address } = recipient;
    return { to: address, userId: null, names: [address], isProof: !taken, kind: taken ? 'account_exists' : kind };
  }
  const profile = await findProfile(parts.profiles, recipient);
  const to = profile === null ? null : mailboxOf(profile, recipient.type === 'login');
  if (profile === null || to === null) return { to: null, userId: null, names: [], isProof: false, kind };
  const { id: userId, username } = profile;
  return { to, userId, names: [...(typeof username === 'string' ? [username] : []), to], isProof: true, kind };
}

function findProfile(
  profiles: Profiles,
  recipient: Exclude<MailRecipient, { type: 'address' }>,
): Promise<UserProfile | null> {
  return recipient.type === 'account'
    ? profiles.find(recipient.userId)
    : profiles.findByTyped(recipient.typed, recipient.fields);
}

/**
 * The address of an active account; `null` where nothing may be sent to it. A mail that proves who its reader is never
 * goes to an address that was not proved: its owner may be a stranger to the account.
 */
export function mailboxOf({ active, email, emailVerified }: UserProfile, proves: boolean): string | null {
  if (!active || typeof email !== 'string') return null;
  return proves && emailVerified === false ? null : canonicalEmail(email);
}
