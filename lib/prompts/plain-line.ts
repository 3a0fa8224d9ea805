import { message, type Message } from '../base/message.js';

/** Tabs, line breaks and other control characters, and lone surrogates. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** One line without surrounding blanks, at most so many characters; or what is wrong with it. */
export function plainLine(typed: string, most: number): { readonly line: string } | { readonly error: Message } {
  const line = typed.trim();
  if (isLonger(line, most)) return { error: message('prompt.text.too_long', { most }) };
  return unprintable.test(line) ? { error: message('prompt.text.unprintable') } : { line };
}

/** True for more characters than `most`, each counting as one. */
export function isLonger(text: string, most: number): boolean {
  // A character has one or two units.
  return text.length > most && (text.length > most * 2 || [...text].length > most);
}
