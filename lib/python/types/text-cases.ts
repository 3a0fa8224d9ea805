import { charactersOf } from '../values/code-points.js';

/** `str.casefold` */
export function casefolded(text: string): string {
  // By way of upper case, `ß` becomes `ss` and `ſ` `s`.
  return charactersOf(text)
    .map((character) => character.toUpperCase().toLowerCase())
    .join('');
}

/** `str.capitalize` */
export function capitalized(text: string): string {
  const [first = ''] = charactersOf(text);
  // As a whole: a sigma ends a word that has begun before it.
  return titleCase(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** `str.title`: words begin after every character without a case. */
export function titled(text: string): string {
  let isInWord = false;
  return charactersOf(text)
    .map((character, index, all) => {
      const cased = isInWord ? lowerAt(all, index) : titleCase(character);
      isInWord = isCased(character);
      return cased;
    })
    .join('');
}

/** `str.swapcase` */
export function swapped(text: string): string {
  return charactersOf(text)
    .map((one, index, all) => {
      if (/\p{Uppercase}/u.test(one)) return lowerAt(all, index);
      return /\p{Lowercase}/u.test(one) ? one.toUpperCase() : one;
    })
    .join('');
}

/** A capital sigma at the end of a word has a form of its own. */
function lowerAt(characters: readonly string[], index: number): string {
  const character = characters[index] ?? '';
  if (character !== 'Σ') return character.toLowerCase();
  const before = characters.slice(Math.max(0, index - 50), index).join('');
  const after = characters.slice(index + 1, index + 50).join('');
  return `${before}Σ${after}`.toLowerCase().charAt(before.toLowerCase().length);
}

export function isCased(character: string): boolean {
  return /[\p{Uppercase}\p{Lowercase}\p{Lt}]/u.test(character);
}

/** The letters of Latin that have a title case of their own: upper, title, lower. */
const digraphs = ['Ǆǅǆ', 'Ǉǈǉ', 'Ǌǋǌ', 'Ǳǲǳ'];

/** `ß` is `Ss` in title case. */
function titleCase(character: string): string {
  const digraph = digraphs.find((one) => one.includes(character));
  if (digraph !== undefined && character !== '') return digraph.charAt(1);
  const [first = '', ...rest] = charactersOf(character.toUpperCase());
  return first + rest.join('').toLowerCase();
}
