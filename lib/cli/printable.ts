import { escapeInvisible } from '../base/json.js';

/**
 * Labels and notes are free text: they must not move the cursor, change the terminal or reverse the reading direction
 * (CWE-150). Joiners stay, because Persian and emoji need them.
 */
export function printable(text: string): string {
  return text.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** The same for a text with several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON without these characters in its texts; it parses to the same value. */
export function printableJson(value: unknown): string {
  return escapeInvisible(JSON.stringify(value, null, 2));
}
