import type { Keyring } from '../base/keyring.js';

/**
 * The format of secrets in the app's database: JWE, direct encryption with A256GCM (RFC 7516), under the newest secret
 * of the app. It names its owner: moved to the row of another user, it opens nothing. `jose` is loaded on first use.
 */
export async function sealSecret(keyring: Keyring, userId: string, secret: string): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  const [key] = keyring.raw('authenticator');
  if (key === undefined) throw new TypeError('a keyring needs a secret');
  const text = JSON.stringify([userId, secret]);
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key);
}

/** What `sealSecret` sealed for this user under any of the secrets; `null` for anything else. */
export async function unsealSecret(keyring: Keyring, userId: string, sealed: string): Promise<string | null> {
  const { compactDecrypt } = await import('jose');
  for (const key of keyring.raw('authenticator')) {
    try {
      const { plaintext } = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const parsed: unknown = JSON.parse(new TextDecoder().decode(plaintext));
      return Array.isArray(parsed) && parsed[0] === userId && typeof parsed[1] === 'string' ? parsed[1] : null;
    } catch {
      // Another secret may have sealed it; otherwise it is damaged, or its secret was dropped.
    }
  }
  return null;
}
