import type { Machine } from '../run/machine.js';

const safeAlways = /[A-Za-z0-9_.~-]/;

/** `urllib.parse.quote`: UTF-8 in percents, without the characters of `safe`. */
export function quote(m: Machine, text: string, safe: string): string {
  m.allocateText(3 * text.length);
  return [...text]
    .map((character) =>
      safeAlways.test(character) || (character < '\x80' && safe.includes(character))
        ? character
        : [...new TextEncoder().encode(character)]
            .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
            .join(''),
    )
    .join('');
}

export function quotePlus(m: Machine, text: string, safe: string): string {
  return quote(m, text, `${safe} `).replaceAll(' ', '+');
}

/** `urllib.parse.unquote`: what is no UTF-8 becomes U+FFFD. */
export function unquote(m: Machine, text: string): string {
  m.visit(text.length * 4);
  return text.replaceAll(/(?:%[\da-fA-F]{2})+/g, (bytes) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      Uint8Array.from(bytes.slice(1).split('%'), (byte) => Number.parseInt(byte, 16)),
    ),
  );
}
