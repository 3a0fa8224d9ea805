/**
 * The text of a sentence with its small units on one line each: "sign-in", "E-Mail", a phone number. What a sentence
 * quotes is not part of it: names and addresses may be copied. Labels of buttons and links are no sentences: voice
 * control and tests find them as they are written.
 */
export function unbroken(text: string): string {
  if (!isSentence.test(text) || !candidates.test(text)) return text;
  return text.replace(compounds, `$&${wordJoiner}`).replace(phones, (number) => number.replaceAll(' ', noBreak));
}

/** A masked address on one line: no one needs a copy of it. */
export function unbrokenMask(value: string): string {
  return value.replaceAll('…@', `…${wordJoiner}@`);
}

/** The sentence as it was written, for what is no page. */
export function withoutJoiners(sentence: string): string {
  return sentence.replaceAll(wordJoiner, '');
}

const wordJoiner = '\u2060';
const noBreak = '\u00a0';
const isSentence = /[.!?:。？！؟]\}*$/u;
const candidates = /\+|\p{L}-\p{L}/u;
const phones = /\+\d[\d ]{5,}\d/g;
// Up to four letters at the beginning of a word, and its hyphen. No part of an address, a path or a code.
const compounds =
  /(?<![^\s(“„«"'‘>])(?=[\p{L}-]*\p{Ll})\p{L}{1,4}-(?=\p{L}+(?:[-’']\p{L}+)*(?![\p{L}\p{N}@_/]|\.\S))/gu;
