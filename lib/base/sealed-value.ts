import type { JWTPayload } from 'jose';
import type { Keyring, Purpose } from './keyring.js';

/** What a value is sealed for, which tells it from any other under the same key, and its lifetime; `null`: it does not expire. */
interface SealedFormat {
  readonly purpose: Purpose;
  readonly seconds: number | null;
}

/**
 * The only format of encrypted values, in browsers and in the app's database: JWE, direct encryption with A256GCM (RFC 7516), under the
 * newest secret. `jose` is loaded on first use. `now`: milliseconds since 1970.
 */
export async function sealValue(
  keyring: Keyring,
  { purpose, seconds }: SealedFormat,
  payload: JWTPayload,
  now: number,
): Promise<string> {
  const { EncryptJWT } = await import('jose');
  const [key] = keyring.raw(purpose);
  if (key === undefined) throw new TypeError('a keyring needs a secret');
  const token = new EncryptJWT(payload).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).setAudience(purpose);
  if (seconds !== null) token.setExpirationTime(Math.floor(now / 1000) + seconds);
  return token.encrypt(key);
}

/** What `sealValue` sealed, under any of the secrets; `null` for a value that is expired, damaged or of another purpose. */
export async function unsealValue(
  keyring: Keyring,
  { purpose, seconds }: SealedFormat,
  sealed: string,
  now: number,
): Promise<JWTPayload | null> {
  const { jwtDecrypt } = await import('jose');
  for (const key of keyring.raw(purpose)) {
    try {
      const { payload } = await jwtDecrypt(sealed, key, {
        audience: purpose,
        currentDate: new Date(now),
        requiredClaims: seconds === null ? [] : ['exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return payload;
    } catch {
      // Another secret may have sealed it; otherwise it is expired or was not issued by the kit.
    }
  }
  return null;
}
