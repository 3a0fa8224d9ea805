import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a derived key is for. Keys of two purposes have nothing in common. */
export type Purpose =
  'handle' | 'attempt' | 'step' | 'form' | 'entry-link' | 'notice' | 'invitation' | 'session' | 'source' | 'recent';

/** The secrets of the kit: the first signs, all verify. Holds derived keys only. */
export interface Keyring {
  /** One tag per secret, newest first; a tag names the secret without telling anything about it. */
  readonly ids: readonly string[];
  /** HMAC-SHA-256 of `text` under the newest secret, `bytes` long (16 unless told), as base64url. */
  sign(purpose: Purpose, text: string, bytes?: number): string;
  /** HMAC-SHA-256 of `text` under every secret, newest first. */
  signAll(purpose: Purpose, text: string, bytes?: number): readonly string[];
  /** True when any secret made `mac` (16 bytes unless told) for `text`; compares in constant time. */
  verify(purpose: Purpose, text: string, mac: string, bytes?: number): boolean;
  /** Raw 32-byte keys of `purpose`, newest first, for a library that wants a key. */
  raw(purpose: Purpose): readonly Uint8Array[];
}

const purposes: readonly Purpose[] = [
  'handle',
  'attempt',
  'step',
  'form',
  'entry-link',
  'notice',
  'invitation',
  'session',
  'source',
  'recent',
];

/** Derives one key per purpose and secret by HKDF-SHA-256 (RFC 5869). */
export function createKeyring(secrets: readonly string[]): Keyring {
  const keys = new Map<Purpose, readonly Buffer[]>(
    purposes.map((purpose) => [purpose, secrets.map((secret) => derive(secret, `express-enrollment ${purpose}`))]),
  );
  const of = (purpose: Purpose): readonly Buffer[] => keys.get(purpose) ?? [];
  const mac = (key: Buffer, text: string, bytes: number): Buffer =>
    createHmac('sha256', key).update(text).digest().subarray(0, bytes);

  return Object.freeze({
    ids: secrets.map((secret) => derive(secret, 'express-enrollment id').subarray(0, 4).toString('hex')),
    sign: (purpose: Purpose, text: string, bytes = 16) => {
      const [newest] = of(purpose);
      if (newest === undefined) throw new TypeError('a keyring needs a secret');
      return mac(newest, text, bytes).toString('base64url');
    },
    signAll: (purpose: Purpose, text: string, bytes = 16) =>
      of(purpose).map((key) => mac(key, text, bytes).toString('base64url')),
    verify: (purpose: Purpose, text: string, given: string, bytes = 16) => {
      const presented = Buffer.from(given, 'base64url');
      // The decoder skips what it does not know and drops spare bits: without this, one signature had many spellings.
      if (presented.length !== bytes || presented.toString('base64url') !== given) return false;
      return of(purpose).some((key) => timingSafeEqual(mac(key, text, bytes), presented));
    },
    raw: (purpose: Purpose) => of(purpose),
  });
}

function derive(secret: string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'express-enrollment', info, 32));
}
