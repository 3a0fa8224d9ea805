import { canonicalEmail } from '../../base/canonical.js';
import type { Keyring } from '../../base/keyring.js';

/**
 * Names the person behind an address without telling the address: a keyed hash of the mailbox. What stands
 * behind a `+` in the local part is dropped (RFC 5233): `ann+2@example.com` is Ann again.
 */
export function personOf(keyring: Keyring, address: string | null): string | null {
  const email = address === null ? null : canonicalEmail(address);
  if (email === null) return null;
  const at = email.lastIndexOf('@');
  const mailbox = email.slice(0, at).replace(/\+.*$/, '') + email.slice(at);
  // By the oldest secret: it is the last to change.
  return keyring.signAll('invitation', `person:${mailbox}`).at(-1) ?? null;
}
