import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** `bytes` random bytes as base64url. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** A fresh id that sorts nowhere and says nothing. */
export function randomId(): string {
  return randomUUID();
}

/** SHA-256 cut to 128 bits, as base64url (22 characters). */
export function digest128(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
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
