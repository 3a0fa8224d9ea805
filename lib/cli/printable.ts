/**
 * Labels and notes are written by people: nothing in them may move the cursor, change the terminal or turn the reading
 * direction (CWE-150). Joiners stay, as Persian and emoji need them.
 */
export function printable(text: string): string {
  return text.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON whose texts hold nothing of that either; it reads back as the same. */
export function printableJson(value: unknown): string {
  const written = JSON.stringify(value, null, 2);
  return written.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) =>
    mark
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
