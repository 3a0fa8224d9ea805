const named = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\\', '\\\\'],
]);

/** `repr` of a text. */
export function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote) shown += `\\${character}`;
    else if (named.has(character)) shown += named.get(character) ?? '';
    else shown += isPrintable(character) ? character : escaped(code);
  }
  return `${quote}${shown}${quote}`;
}

/** `ascii()` of what `repr` shows. */
export function asciiOf(shown: string): string {
  return [...shown].map((one) => (one < '\x80' ? one : escaped(one.codePointAt(0) ?? 0))).join('');
}

/** `str.isprintable` of one character. */
export function isPrintable(character: string): boolean {
  return character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
}

function escaped(code: number): string {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
