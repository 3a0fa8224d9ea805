import { secondHalf, type Letter, type QuotedText } from './quoted-text.js';

/** A secret as it is looked for. */
export interface Wanted {
  /** In one case, and without separators where they count for nothing; backslashes in a row are one. */
  readonly units: string;
  /** For each beginning of `units`: the longest shorter one that is also an end of it. */
  readonly borders: readonly number[];
  /** For each beginning: the longest such one that goes on with another unit. */
  readonly fallbacks: readonly number[];
  readonly skipsSeparators: boolean;
}

/** What is left of the work that a run may do for its searches. */
export interface SearchBudget {
  left: number;
}

/** A letter that is read in several ways, or may be skipped, takes so much more work than one that stands alone. */
export const waysWork = 20;

interface Ends {
  /** Right behind each place where the secret stands. */
  readonly ends: readonly number[];
  /** How many units of it may stand right before the end of the text, or before an escape that the end has cut. */
  readonly begun: readonly { readonly at: number; readonly length: number }[];
}

/**
 * Where a secret ends in a text: the search of Knuth, Morris and Pratt, which goes on for every way to read the text.
 * They part at an escape, and have mostly joined again a letter later. `null`: the budget is used up.
 */
export function secretEnds(
  wanted: Wanted,
  { letters, escapes, begunEscape }: QuotedText,
  budget: SearchBudget,
): Ends | null {
  const { units, borders, fallbacks } = wanted;
  const ends: number[] = [];
  const begun: { readonly at: number; readonly length: number }[] = [];
  const later = new Map<number, readonly number[]>();
  /** For each way to read the text up to here: how much of the secret is right before this place. */
  let here: readonly number[] = [0];

  const next = (before: number, unit: number, end: number): number => {
    let length = before;
    while (length > 0 && units.charCodeAt(length) !== unit) {
      length = fallbacks[length - 1] ?? 0;
      budget.left -= 1;
    }
    if (units.charCodeAt(length) !== unit) return 0;
    if (length + 1 < units.length) return length + 1;
    ends.push(end);
    return borders[length] ?? 0;
  };
  const read = (before: number, letter: Letter, end: number): number => {
    let length = before;
    for (let at = 0; at < letter.units.length; at += 1) length = next(length, letter.units.charCodeAt(at), end);
    return length;
  };
  const endOf = (at: number): number => at + (letters[at + 1] === secondHalf ? 2 : 1);
  const noteBegun = (at: number): void => {
    for (const length of here) if (length > 0) begun.push({ at, length });
  };

  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at];
    if (letter === undefined) break;
    const isBehindBackslash = letters[at - 1]?.kind === 'backslash';
    // Quoted, one backslash is several, and a letter may have some before it.
    if (letter.kind === 'backslash' && isBehindBackslash) continue;
    if (here.length === 1 && later.size === 0 && letter.kind !== 'backslash' && !escapes.has(at)) {
      at = readPlain(at);
      if (budget.left < 0) return null;
      continue;
    }
    here = joined(here, later.get(at) ?? []);
    later.delete(at);
    budget.left -= here.length * waysWork;
    if (budget.left < 0) return null;
    if (at === begunEscape) noteBegun(at);
    const escape = escapes.get(at);
    if (escape !== undefined) {
      const { to, letter: escaped } = escape;
      later.set(to, isSkipped(wanted, escaped) ? here : here.map((one) => read(one, escaped, to)));
    }
    if (isSkipped(wanted, letter)) continue;
    const after = here.map((one) => read(one, letter, endOf(at)));
    here = letter.kind === 'backslash' ? joined(here, after) : joined([], after);
  }
  here = joined(here, later.get(letters.length) ?? []);
  noteBegun(letters.length);
  return { ends, begun };

  /** Nearly always: letters as they stand, in one way only. Returns where the last one is. */
  function readPlain(from: number): number {
    let [length = 0] = here;
    let at = from;
    for (let letter = letters[at]; letter !== undefined && letter.kind !== 'backslash'; letter = letters[at]) {
      if (!isSkipped(wanted, letter)) length = read(length, letter, endOf(at));
      at += 1;
    }
    budget.left -= at - from;
    here = [length];
    return at - 1;
  }

  /** Without those that are borders of another one, which goes on with them itself. */
  function joined(some: readonly number[], more: readonly number[]): readonly number[] {
    if (more.length === 0 || (some.length === 0 && more.length === 1)) return more.length === 0 ? some : more;
    const left = new Set([...some, ...more].sort((a, b) => b - a));
    left.delete(0);
    const [longest = 0] = left;
    const shortest = [...left].at(-1) ?? 0;
    for (let border = longest; border > shortest && left.size > 1;) {
      border = borders[border - 1] ?? 0;
      budget.left -= 1;
      left.delete(border);
    }
    return left.size === 0 ? [0] : [...left];
  }
}

export function isSkipped({ skipsSeparators }: Wanted, { kind, units }: Letter): boolean {
  return units === '' || (skipsSeparators && kind === 'separator');
}
