import { finderOf, type TextRange } from '../base/find-text.js';
import { isQuotedDifferently, quotedLetters, withoutBegunEscape, type Letter } from './quoted-letters.js';

/** A secret that is so short may stand in other values by chance. */
const shortest = 4;
/** From this length on, blanks and dashes count as little as the case: `abcd efgh` has the code `ABCD-EFGH` in it. */
const longEnough = 8;
const separators = /[\s\p{Pd}_.]/gu;

/** Finds one secret in texts, in time that grows with the length of the text only. */
interface SecretSearch {
  /** How often a text is searched. */
  readonly passes: number;
  isIn(text: FoldedText): boolean;
  /**
   * The text with `•••` in place of the secret. `isCut`: the text goes on elsewhere, so what the secret begins with is
   * left out at its end too.
   */
  conceal(text: string, isCut?: boolean): string;
}

/** A text without the difference of cases. */
interface Folded {
  readonly whole: string;
  /** Without its separators. */
  readonly letters: string;
}

/** Made once for all secrets that are looked for in a text. */
interface FoldedText {
  readonly typed: Folded;
  /** As it is read where it is quoted. */
  readonly quoted: () => Folded;
}

type Reading = keyof FoldedText;

export function foldedText(text: string): FoldedText {
  let quoted: Folded | undefined;
  return { typed: foldedForm(text), quoted: () => (quoted ??= foldedForm(readIn(text, 'quoted'))) };
}

function foldedForm(text: string): Folded {
  const whole = folded(text);
  return { whole, letters: whole.replace(separators, '') };
}

/**
 * Finds a secret in texts, in whatever case, as it was typed and in the forms in which Python and JSON quote it. `null`:
 * it is too short to be looked for.
 */
export function secretSearch(secret: string): SecretSearch | null {
  const readings: readonly Reading[] = isQuotedDifferently(secret) ? ['typed', 'quoted'] : ['typed'];
  const searches = readings.flatMap((reading) => searchOf(secret.trim(), reading) ?? []);
  if (searches.length === 0) return null;
  return {
    passes: searches.length,
    isIn: (text) => searches.some((search) => search.isIn(text)),
    conceal: (text, isCut = false) => searches.reduce((left, search) => search.conceal(left, isCut), text),
  };
}

interface Search {
  isIn(text: FoldedText): boolean;
  conceal(text: string, isCut: boolean): string;
}

function searchOf(secret: string, reading: Reading): Search | null {
  const { whole, letters: stripped } = foldedForm(readIn(secret, reading));
  const isLong = [...stripped].length >= longEnough;
  const wanted = isLong ? stripped : whole;
  if ([...wanted].length < shortest) return null;
  const find = finderOf(wanted);
  const isSkipped = (read: string): boolean => isLong && read.search(separators) === 0;
  return {
    isIn(text) {
      const { whole: all, letters } = reading === 'typed' ? text.typed : text.quoted();
      return find(isLong ? letters : all).ranges.length > 0;
    },
    conceal(given, isCut) {
      const text = isCut && reading === 'quoted' ? withoutBegunEscape(given) : given;
      const letters = lettersOf(text, reading).map(({ written, read }) => ({
        letter: written,
        units: isSkipped(read) ? '' : folded(read),
      }));
      const units = letters.map((one) => one.units).join('');
      const { ranges, begun } = find(units);
      const hidden = isCut && begun > 0 ? [...ranges, { from: units.length - begun, to: units.length }] : ranges;
      return hidden.length === 0 ? given : withoutRanges(letters, hidden);
    },
  };
}

function lettersOf(text: string, reading: Reading): readonly Letter[] {
  return reading === 'quoted' ? quotedLetters(text) : [...text].map((written) => ({ written, read: written }));
}

function readIn(text: string, reading: Reading): string {
  return reading === 'quoted'
    ? quotedLetters(text)
        .map(({ read }) => read)
        .join('')
    : text;
}

/** The same for each letter alone as within a text. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

function withoutRanges(
  letters: readonly { readonly letter: string; readonly units: string }[],
  ranges: readonly TextRange[],
): string {
  let left = '';
  let unit = 0;
  let place = 0;
  let isShown = false;
  for (const { letter, units } of letters) {
    while (place < ranges.length && (ranges[place]?.to ?? 0) <= unit) {
      place += 1;
      isShown = false;
    }
    const from = ranges[place]?.from ?? Infinity;
    // A blank before the first letter of the secret is none of it.
    const isInside = unit + units.length > from && (units !== '' || unit > from);
    unit += units.length;
    if (!isInside) left += letter;
    else if (!isShown) left += '•••';
    isShown = isInside;
  }
  return left;
}
