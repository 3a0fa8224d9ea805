import type { Keyring } from '../../base/keyring.js';
import type { CanonicalCode } from './typed-code.js';

/**
 * An invitation's id is a keyed hash of its code (HMAC-SHA-256 cut to 128 bits): one look-up finds it, the store
 * never holds a code, and a word that is seeded again after the store was lost gets the same id and with it the same
 * redemption keys in the user store. One id per secret, newest first, because a code may be older than the newest secret.
 * Hexadecimal, as some databases compare text without regard to case.
 */
export function invitationIds(keyring: Keyring, code: CanonicalCode): readonly string[] {
  // The word that ids were made with from the beginning: another one would end every custom code that exists.
  const kind = code.kind === 'custom' ? 'word' : code.kind;
  return keyring
    .signAll('invitation', `${kind}:${code.text}`)
    .map((tag) => Buffer.from(tag, 'base64url').toString('hex'));
}
