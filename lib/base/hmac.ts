import { createHmac, createSecretKey, hash } from 'node:crypto';

const blockBytes = 64;
const hashBytes = 32;
/** Longer texts are rare and left to Node's streaming HMAC. */
const longest = 1024;

const inner = Buffer.alloc(blockBytes + 3 * longest);
const outer = Buffer.alloc(blockBytes + hashBytes);

/**
 * HMAC-SHA-256 (RFC 2104) of texts under one key of at most 64 bytes, as base64url: `H(key ⊕ opad, H(key ⊕ ipad, text))`.
 *
 * Every request needs two or more. Node's `createHmac` makes a stream for each, which takes three times as long as the
 * two hashes that an HMAC is.
 */
export function createHmacSha256(key: Uint8Array): (text: string) => string {
  if (key.length > blockBytes) throw new RangeError('a key has at most 64 bytes');
  const prepared = createSecretKey(key);
  const [innerPad, outerPad] = [padded(key, 0x36), padded(key, 0x5c)];
  return (text) => {
    if (text.length > longest) return createHmac('sha256', prepared).update(text).digest('base64url');
    inner.set(innerPad);
    outer.set(outerPad);
    const end = blockBytes + inner.write(text, blockBytes);
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'latin1');
    // Forms with passwords are among the texts.
    inner.fill(0, 0, end);
    return hash('sha256', outer, 'base64url');
  };
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(blockBytes).fill(pad);
  for (const [at, byte] of key.entries()) block[at] = byte ^ pad;
  return block;
}
