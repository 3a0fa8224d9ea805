import { hash, randomBytes, randomFillSync, randomUUID } from 'node:crypto';

/** `bytes` random bytes as base64url. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/**
 * Like repeated calls of `randomToken(size)`, but reads many bytes from the system at a time. Each token is returned
 * once.
 */
export function createTokens(size = 16): () => string {
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

/** A new random id; it neither sorts nor carries information. */
export function randomId(): string {
  return randomUUID();
}

/** SHA-256 cut to 128 bits, as base64url (22 characters). */
export function digest128(text: string): string {
  return cutTo128(hash('sha256', text, 'base64url'));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * The first 16 bytes of a longer base64url text, as base64url. Cutting the text takes a third of the time of cutting
 * the bytes. Only the two highest bits of the last character belong to the sixteenth byte.
 */
export function cutTo128(base64url: string): string {
  return base64url.slice(0, 21) + alphabet.charAt(alphabet.indexOf(base64url.charAt(21)) & 0b110000);
}

const referenceLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const drawn = Buffer.alloc(1024);
let used = drawn.length;

/** A short reference to read out loud: 8 characters without look-alikes. Reads many random bytes at a time. */
export function randomReference(): string {
  let text = '';
  while (text.length < 8) {
    if (used === drawn.length) {
      randomFillSync(drawn);
      used = 0;
    }
    const byte = drawn[used] ?? 255;
    used += 1;
    // 256 is not a multiple of 30, 240 is. Larger bytes are drawn again, so that all letters are equally likely.
    if (byte < 240) text += referenceLetters.charAt(byte % 30);
  }
  return text;
}
