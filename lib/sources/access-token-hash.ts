import { createHash } from 'node:crypto';

/**
 * True when `hash` is the `at_hash` of this access token (OpenID Connect Core 1.0, 3.1.3.6): the left half of the hash
 * that the ID token's algorithm uses, in base64url.
 */
export function isHashOf(accessToken: string, algorithm: string, hash: unknown): boolean {
  const name = algorithm === 'EdDSA' ? 'sha512' : `sha${algorithm.slice(-3)}`;
  const whole = createHash(name).update(accessToken, 'ascii').digest();
  return hash === whole.subarray(0, whole.length / 2).toString('base64url');
}
