/** A character by its code point, because it looks like others or is invisible in source. */
export const of = (...codePoints: readonly number[]): string => String.fromCodePoint(...codePoints);

/** Texts with characters that are not allowed in a line of text. */
export const unprintable: readonly (readonly [string, string])[] = [
  ['NUL', 'ann\u0000'],
  ['a bell', '\u0007ann'],
  ['an escape sequence', '\u001b[31mann'],
  ['DEL', 'an\u007fn'],
  ['a C1 control', 'an\u0085n'],
  ['a line break within', 'ann\nBcc: eve@example.com'],
  ['a carriage return within', 'ann\rbob'],
  ['a tab within', 'an\tn'],
  ['a lone high surrogate', 'ann\ud800'],
  ['a lone low surrogate', '\udc00ann'],
  ['surrogates in the wrong order', 'a\udc00\ud800n'],
];

/** Texts that look empty. */
export const blanks: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a blank', ' '],
  ['blanks, tabs and line breaks', ' \t\r\n '],
  ['no-break spaces', of(0xa0, 0x202f, 0x2007)],
  ['ideographic spaces', of(0x3000)],
  ['a byte order mark', of(0xfeff)],
  ['zero-width spaces', of(0x200b, 0x200c, 0x200d, 0x2060)],
  ['a Hangul filler', of(0x3164)],
  ['a braille blank', of(0x2800)],
  ['a soft hyphen', of(0xad)],
  ['direction marks', of(0x200e, 0x200f, 0x202e, 0x2066)],
];

/** Texts that a machine might misinterpret; a prompt accepts them as text. */
export const harmless: readonly string[] = [
  '<script>alert(1)</script>',
  '<%= 7*7 %>',
  '{{7*7}}',
  '${7*7}',
  "'; DROP TABLE users; --",
  '%00',
  '%zz',
  '%ff%fe',
  '../../etc/passwd',
  '=cmd()',
  '[object Object]',
  'null',
  '__proto__',
  'constructor',
];
