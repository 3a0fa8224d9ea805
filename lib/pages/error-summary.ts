import { message, type Message } from '../base/message.js';

/**
 * An error as the summary says it, away from its field: "Choose an option." does not say where. A sentence that names the
 * field itself stays as it is.
 */
export function summarized(error: string, label: string, text: (message: Message) => string): string {
  if (namesField(error, label)) return error;
  // "Which size is your shirt?" needs no colon.
  return text(message(/\p{Po}$/u.test(label) ? 'errors.sentence' : 'errors.field', { label, error }));
}

/** True where the words of the label are in the sentence: "Confirm your password." names "Confirm password". */
function namesField(sentence: string, label: string): boolean {
  const said = wordsOf(sentence);
  return wordsOf(label).every((word) =>
    undivided.test(word) ? sentence.includes(word) : said.some((one) => one.startsWith(word)),
  );
}

// Scripts without blanks between words.
const undivided = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
