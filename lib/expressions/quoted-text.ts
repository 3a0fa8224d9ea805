/** A letter, as it is compared. */
export interface Letter {
  /** Without the difference of cases; may be several UTF-16 units, and for the second unit of a letter none. */
  readonly units: string;
  readonly kind: 'letter' | 'separator' | 'backslash';
}

/** An escape, from behind its backslash, and the letter that it stands for. */
interface Escape {
  readonly from: number;
  readonly to: number;
  readonly letter: Letter;
}

/**
 * A text with every way to read it: each letter as it stands, and what Python's `repr` or JSON would have escaped so.
 * Whether a backslash begins an escape stays open: what follows it may be the beginning of a password.
 */
export interface QuotedText {
  readonly text: string;
  /** By UTF-16 unit. */
  readonly letters: readonly Letter[];
  /** By where they begin, and by where they end. */
  readonly escapes: ReadonlyMap<number, Escape>;
  readonly escapesTo: ReadonlyMap<number, Escape>;
  /** Where an escape begins that the end of the text may have cut; `null`: none does. */
  readonly begunEscape: number | null;
}

export function readQuoted(text: string): QuotedText {
  const read = letterReader();
  const escapes = [...text.matchAll(escape)].flatMap((match) => escapeIn(match, read));
  return {
    text,
    letters: lettersOf(text, read),
    escapes: new Map(escapes.map((one) => [one.from, one])),
    escapesTo: new Map(escapes.map((one) => [one.to, one])),
    begunEscape: begunEscapeIn(text),
  };
}

export function lettersOf(text: string, read = letterReader()): readonly Letter[] {
  const letters: Letter[] = [];
  for (const character of text) {
    letters.push(read(character));
    if (character.length === 2) letters.push(secondHalf);
  }
  return letters;
}

/** The second unit of a letter that has two. */
export const secondHalf: Letter = { units: '', kind: 'letter' };

/** JSON writes a letter beyond the first plane as two halves. */
const escape =
  /(?<=\\)(?:u(?<high>[dD][89abAB][\da-fA-F]{2})\\+u(?<low>[dD][c-fC-F][\da-fA-F]{2})|u(?<u>[\da-fA-F]{4})|U(?<U>[\da-fA-F]{8})|x(?<x>[\da-fA-F]{2})|(?<control>[bfnrt]))/g;
const controls: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const begun =
  /\\+(?:u(?:[dD][89abAB][\da-fA-F]{2}(?:\\+(?:u[\da-fA-F]{0,3})?)?|[\da-fA-F]{0,3})|U[\da-fA-F]{0,7}|x[\da-fA-F]?)?$/;
/** More than an escape has, with backslashes that were quoted some times. */
const longestBegun = 60;

type ReadLetter = (character: string) => Letter;

function escapeIn({ 0: written, index, groups = {} }: RegExpExecArray, read: ReadLetter): readonly Escape[] {
  const character = escapedIn(groups);
  return character === null ? [] : [{ from: index, to: index + written.length, letter: read(character) }];
}

function escapedIn({ high, low, u, U, x, control }: Readonly<Record<string, string | undefined>>): string | null {
  if (control !== undefined) return controls.get(control) ?? null;
  const codes = [high, low, u, U, x].flatMap((one) => (one === undefined ? [] : [Number.parseInt(one, 16)]));
  return codes.some((code) => code > 0x10ffff) ? null : codes.map((code) => String.fromCodePoint(code)).join('');
}

function begunEscapeIn(text: string): number | null {
  const end = text.slice(-longestBegun);
  const found = begun.exec(end);
  if (found === null) return null;
  let at = text.length - end.length + found.index;
  while (text[at - 1] === '\\') at -= 1;
  return at;
}

/** The same for each letter alone as within a text. Few letters of a text are read more than once. */
function letterReader(): ReadLetter {
  const known = new Map<string, Letter>();
  return (character) => {
    const before = known.get(character);
    if (before !== undefined) return before;
    const letter: Letter = {
      units: character.toUpperCase().toLowerCase().replaceAll('ς', 'σ'),
      kind: character === '\\' ? 'backslash' : /[\s\p{Pd}_.,]/u.test(character) ? 'separator' : 'letter',
    };
    known.set(character, letter);
    return letter;
  };
}
