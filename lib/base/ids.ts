import { hash, randomBytes, randomFillSync, randomUUID } from 'node:crypto';

/** `bytes` random bytes as base64url. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** Like `randomToken(16)` again and again, but asks the system for many bytes at a time; each is handed out once. */
export function createTokens(): () => string {
  const size = 16;
  const pool = Buffer.alloc(size * 256);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    const token = pool.toString('base64url', at, at + size);
    pool.fill(0, at, at + size);
    at += size;
    return token;
  };
}

/** A fresh id that sorts nowhere and says nothing. */
export function randomId(): string {
  return randomUUID();
}

/** SHA-256 cut to 128 bits, as base64url (22 characters). */
export function digest128(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url');
}

/** A short reference for a person to read out: 8 characters without look-alikes. */
export function randomReference(): string {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  // 30 letters do not divide 256; 240 does, and the rest is drawn again.
  let text = '';
  while (text.length < 8) {
    for (const byte of randomBytes(12)) {
      if (byte < 240 && text.length < 8) text += alphabet[byte % 30] ?? '';
    }
  }
  return text;
}
