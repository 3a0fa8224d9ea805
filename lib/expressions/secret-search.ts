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

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where a secret is in a text, without overlaps, and how much of its beginning stands at the end of the text. */
interface Found {
  readonly ranges: readonly Range[];
  readonly begun: number;
}

/** What the search reads of a text. */
interface Units {
  readonly length: number;
  charCodeAt(at: number): number;
}

/**
 * The search of Knuth, Morris and Pratt: texts and secrets are a visitor's, and a pattern, or the search of the engine,
 * takes the product of their lengths for some.
 */
export function finderOf(wanted: Units): (text: Units) => Found {
  const borders = [0];
  const next = (from: number, unit: number): number => {
    let length = from;
    while (length > 0 && wanted.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
    return wanted.charCodeAt(length) === unit ? length + 1 : 0;
  };
  for (let at = 1; at < wanted.length; at += 1) borders.push(next(borders[at - 1] ?? 0, wanted.charCodeAt(at)));
  return (text) => {
    const ranges: Range[] = [];
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
      length = next(length, text.charCodeAt(at));
      if (length < wanted.length) continue;
      ranges.push({ from: at + 1 - length, to: at + 1 });
      length = 0;
    }
    return { ranges, begun: length };
  };
}

function withoutRanges(
  letters: readonly { readonly letter: string; readonly units: string }[],
  ranges: readonly Range[],
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
