import { finderOf, type TextRange } from '../base/find-text.js';

/** A secret that is so short may stand in other values by chance. */
const shortest = 4;
/** From this length on, blanks and dashes count as little as the case: `abcd efgh` has the code `ABCD-EFGH` in it. */
const longEnough = 8;
const separators = /[\s\p{Pd}_.]/gu;

/** Finds one secret in texts, in time that grows with the length of the text only. */
interface SecretSearch {
  isIn(text: FoldedText): boolean;
  /**
   * The text with `•••` in place of the secret. `isCut`: the text goes on elsewhere, so what the secret begins with is
   * left out at its end too.
   */
  conceal(text: string, isCut?: boolean): string;
}

/** A text without the difference of cases, made once for all secrets that are looked for in it. */
interface FoldedText {
  readonly whole: string;
  /** Without its separators. */
  readonly letters: string;
}

export function foldedText(text: string): FoldedText {
  const whole = folded(text);
  return { whole, letters: whole.replace(separators, '') };
}

/** Finds a secret in texts, in whatever case. `null`: it is too short to be looked for. */
export function secretSearch(secret: string): SecretSearch | null {
  const { whole, letters: stripped } = foldedText(secret.trim());
  const isLong = [...stripped].length >= longEnough;
  const wanted = isLong ? stripped : whole;
  if ([...wanted].length < shortest) return null;
  const find = finderOf(wanted);
  const isSkipped = (letter: string): boolean => isLong && letter.search(separators) === 0;
  return {
    isIn: (text) => find(isLong ? text.letters : text.whole).ranges.length > 0,
    conceal(text, isCut = false) {
      const letters = [...text].map((letter) => ({ letter, units: isSkipped(letter) ? '' : folded(letter) }));
      const units = letters.map((one) => one.units).join('');
      const { ranges, begun } = find(units);
      const hidden = isCut && begun > 0 ? [...ranges, { from: units.length - begun, to: units.length }] : ranges;
      return hidden.length === 0 ? text : withoutRanges(letters, hidden);
    },
  };
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
