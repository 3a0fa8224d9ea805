import type { Letter, QuotedText } from './quoted-text.js';
import { isSkipped, waysWork, type SearchBudget, type Wanted } from './secret-ends.js';

/** A beginning of a secret that stands right before a place. */
interface Part {
  readonly end: number;
  /** In units of the secret. */
  readonly length: number;
}

/**
 * Where a part of a secret begins in a text, in whatever way the text is read: the first such place of several. `null`:
 * the budget is used up.
 */
export function secretStart(
  wanted: Wanted,
  { text, letters, escapesTo }: QuotedText,
  part: Part,
  budget: SearchBudget,
): number | null {
  let start = part.end;
  /** By place: how many units of the secret stand before it. Most have one, and all before it are at earlier places. */
  const open = new Map<number, readonly number[]>([[part.end, [part.length]]]);
  const put = (at: number, length: number): void => {
    const known = open.get(at);
    if (length === 0) start = Math.min(start, at);
    else if (known === undefined) open.set(at, [length]);
    else if (!known.includes(length)) open.set(at, [...known, length]);
  };
  const readBack = (letter: Letter | undefined, from: number, length: number, isLast: boolean): void => {
    if (letter === undefined) return;
    if (isSkipped(wanted, letter)) put(from, length);
    else for (const left of leftBefore(wanted, letter, length, isLast)) put(from, left);
  };
  for (let at = part.end; open.size > 0; at -= 1) {
    const lengths = open.get(at);
    if (lengths === undefined) continue;
    open.delete(at);
    budget.left -= lengths.length * waysWork;
    if (budget.left < 0) return null;
    const isLast = at === part.end;
    const letter = letters[at - 1];
    const escape = escapesTo.get(at);
    for (const length of lengths) {
      if (open.size === 0 && escape === undefined && lengths.length === 1 && !isLast) {
        // Nearly always: letters as they stand, in one way only.
        const left = plainRun(at, length);
        if (left < length) {
          put(at - (length - left), left);
          at -= length - left - 1;
          continue;
        }
      }
      if (letter?.kind === 'backslash') put(at - 1, length);
      readBack(letter, at - 1, length, isLast);
      if (escape !== undefined) readBack(escape.letter, escape.from, length, isLast);
    }
  }
  return withBackslashes(text, start);

  /** What is left of the secret before the letters here that can be read in one way only. */
  function plainRun(end: number, length: number): number {
    let [at, left] = [end, length];
    while (left > 0 && !escapesTo.has(at)) {
      const letter = letters[at - 1];
      if (letter?.kind !== 'letter' || letter.units.length !== 1) break;
      if (letter.units.charCodeAt(0) !== wanted.units.charCodeAt(left - 1)) break;
      at -= 1;
      left -= 1;
    }
    budget.left -= length - left;
    return left;
  }
}

/** What is left of a secret before a letter. It may end, and begin, within the units of one. */
function leftBefore({ units }: Wanted, letter: Letter, length: number, isLast: boolean): readonly number[] {
  const fitting: number[] = [];
  for (let used = letter.units.length; used > 0 && (isLast || used === letter.units.length); used -= 1) {
    const shared = Math.min(used, length);
    if (letter.units.slice(used - shared, used) === units.slice(length - shared, length)) fitting.push(length - shared);
  }
  return fitting;
}

/** Those that an escape, or a quotation mark, has before it. */
function withBackslashes(text: string, start: number): number {
  let at = start;
  while (text[at - 1] === '\\') at -= 1;
  return at;
}
