import { fileLimits } from '../limits.js';

/** A mistake of YAML, with its offset in the text. */
export interface SyntaxMistake {
  readonly at: number;
  readonly message: string;
}

/** The first mistake of a text that is parsed by itself; `null`: it has none. */
type FirstMistake = (text: string) => SyntaxMistake | null;

/**
 * Of a text with mistakes: the first of each entry. What the parser says of the rest of an entry follows from how it goes
 * on, but another entry is written independently of it, so each is parsed by itself. `first` is that of the whole text.
 */
export function syntaxMistakes(text: string, first: SyntaxMistake, firstIn: FirstMistake): readonly SyntaxMistake[] {
  const starts = entryStarts(text);
  let left: number = fileLimits.problems;
  const found = starts.map((from, index) => {
    // What is not listed need not be looked for.
    const mistake = left === 0 ? null : firstIn(text.slice(from, starts[index + 1]));
    if (mistake === null) return null;
    left -= 1;
    return { at: from + mistake.at, message: mistake.message };
  });
  const own = starts.findLastIndex((from) => from <= first.at);
  // An entry that does not end, as with an open bracket, is seen by the parser in one of the next.
  const isFollowing = found.slice(0, own).some((mistake) => mistake !== null);
  return found
    .map((mistake, index) => (index === own && !isFollowing ? first : mistake))
    .filter((mistake) => mistake !== null);
}

/**
 * Where the text can be parted: at the lines with the dash of the first entry, and at those further out. No part of an
 * entry stands there, but brackets that close.
 */
function entryStarts(text: string): readonly number[] {
  const dash = /^( *)-(?=[ \r\n])/gm;
  dash.lastIndex = /^entries:/m.exec(text)?.index ?? 0;
  const [, indent] = dash.exec(text) ?? [];
  if (indent === undefined) return [0];
  const lines = text.matchAll(new RegExp(`^ {0,${String(indent.length)}}[^ \\n\\r#\\]}]`, 'gm'));
  const starts = [...new Set([0, ...Array.from(lines, ({ index }) => index)])];
  return starts.length > mostParts ? [0] : starts;
}

/** Each is parsed by itself: a file of dashes alone would take seconds. */
const mostParts = 2_000;
