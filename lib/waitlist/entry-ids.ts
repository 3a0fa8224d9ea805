import type { Keyring } from '../base/keyring.js';

/**
 * The id of an address on the waitlist: HMAC-SHA-256 cut to 128 bits. One per secret, newest first, because an entry
 * may be older than the newest secret. `email` is canonical, so every spelling of an address is one entry.
 */
export function entryIds(keyring: Keyring, email: string, tenant: string | null): readonly string[] {
  // The first word separates it from invitation codes; an unambiguous list separates the tenants.
  return keyring.signAll('invitation', `waitlist:${JSON.stringify([tenant, email])}`);
}
