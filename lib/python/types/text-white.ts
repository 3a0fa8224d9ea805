const white = '\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const only = new RegExp(`^[${white}]+$`);
const words = new RegExp(`[^${white}]+`, 'g');

/** `text.isspace()` */
export function isWhite(text: string): boolean {
  return only.test(text);
}

export function stripWhite(text: string, sides: 'both' | 'left' | 'right' = 'both'): string {
  let [start, end] = [0, text.length];
  if (sides !== 'right') while (start < end && isWhite(text[start] ?? '')) start += 1;
  if (sides !== 'left') while (end > start && isWhite(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}

/** The parts between white space, with their places in UTF-16 units. */
export function wordsOf(text: string): readonly { readonly text: string; readonly at: number }[] {
  return [...text.matchAll(words)].map((found) => ({ text: found[0], at: found.index }));
}
