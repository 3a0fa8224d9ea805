import { symbolValues } from './alphabet.js';
import { codeLength } from './generated-code.js';
import { foldTyped } from './typed-text.js';

const customCodeLimits = Object.freeze({ shortest: 4, longest: 64 });

/**
 * The one form in which a word that an administrator chose is compared: `spring 2026`, `Spring-2026` and
 * `SPRING2026` are the same word. Look-alikes stay apart: it is a word, not a row of symbols.
 * `null` for what can be no word: shorter than 4 or longer than 64 letters, or with marks that are neither letters,
 * digits nor `.!?'&+*#`, or in the shape of a generated code (12 letters and digits), which is read as one.
 */
export function canonicalCustomCode(typed: string): string | null {
  const folded = foldTyped(typed);
  return folded === null || problemOf(folded) !== null ? null : folded;
}

/** What keeps `word` from being a word, for the person who chose it; `null` when nothing does. */
export function customCodeProblem(word: string): string | null {
  const folded = foldTyped(word);
  return folded === null ? 'has a letter that looks like another one: type it on a plain keyboard' : problemOf(folded);
}

function problemOf(folded: string): string | null {
  const length = [...folded].length;
  if (length < customCodeLimits.shortest) return `has fewer than ${customCodeLimits.shortest} letters and digits`;
  if (length > customCodeLimits.longest) return `has more than ${customCodeLimits.longest} letters and digits`;
  if (!/^[\p{L}\p{M}\p{N}.!?'&+*#]+$/u.test(folded))
    return "may only have letters, digits, blanks, hyphens and .!?'&+*#";
  if (hasCodeShape(folded))
    return `has ${codeLength} letters and digits, as generated codes have: make it longer or shorter`;
  return null;
}

function hasCodeShape(folded: string): boolean {
  return folded.length === codeLength && symbolValues(folded) !== null;
}
