import type { Keyring } from '../base/keyring.js';
import { savedPasswordLimit } from '../base/reserved-names.js';
import type { SavedPasswordPage, SealedPasswords } from '../ports/sealed-passwords.js';

/**
 * How long a page may send its saved password, in seconds: long enough to correct the other answers. A page that is
 * left open longer may be in front of another person. Each page that is shown again gets the whole time.
 */
const savedPasswordSeconds = 600;

// Distinguishes these texts from any other that the same key may encrypt in the future.
const audience = 'saved-password';

/** Seals hashes as JWE, direct encryption with A256GCM (RFC 7516). `jose` is loaded on first use. */
export function createSealedPasswords(keyring: Keyring): SealedPasswords {
  return Object.freeze<SealedPasswords>({
    async seal(hash, page, now) {
      const { EncryptJWT } = await import('jose');
      const [key] = keyring.raw('saved-password');
      if (key === undefined) throw new TypeError('a keyring needs a secret');
      const sealed = await new EncryptJWT({ hash, page: textOf(page) })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(audience)
        .setExpirationTime(Math.floor(now / 1000) + savedPasswordSeconds)
        .encrypt(key);
      return sealed.length > savedPasswordLimit ? null : sealed;
    },
    async unseal(sealed, page, now) {
      if (sealed === '' || sealed.length > savedPasswordLimit) return null;
      const { jwtDecrypt } = await import('jose');
      for (const key of keyring.raw('saved-password')) {
        try {
          const { payload } = await jwtDecrypt(sealed, key, {
            audience,
            currentDate: new Date(now),
            requiredClaims: ['exp'],
            keyManagementAlgorithms: ['dir'],
            contentEncryptionAlgorithms: ['A256GCM'],
          });
          const { hash } = payload;
          return typeof hash === 'string' && payload['page'] === textOf(page) ? hash : null;
        } catch {
          // Another secret may have sealed it; otherwise it is expired or was not issued by the kit.
        }
      }
      return null;
    },
  });
}

function textOf({ enrollmentId, flow, build, step, revision }: SavedPasswordPage): string {
  return JSON.stringify([enrollmentId, flow, build, step, revision]);
}
