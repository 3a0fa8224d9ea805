/** A secret that is so short may stand in other values by chance. */
const shortest = 4;
/** From this length on, blanks and dashes count as little as the case: `abcd efgh` has the code `ABCD-EFGH` in it. */
const longEnough = 8;
const separators = /[\s\p{Pd}_.]/gu;

/** Finds one secret in texts, in time that grows with the length of the text only. */
interface SecretSearch {
  isIn(text: string): boolean;
  /** The text with `•••` in place of the secret. */
  conceal(text: string): string;
}

/** Finds a secret in texts, in whatever case. `null`: it is too short to be looked for. */
export function secretSearch(secret: string): SecretSearch | null {
  const stripped = folded(secret).replace(separators, '');
  const isLong = [...stripped].length >= longEnough;
  const wanted = isLong ? stripped : folded(secret.trim());
  if ([...wanted].length < shortest) return null;
  const find = finderOf(wanted);
  const isSkipped = (letter: string): boolean => isLong && letter.search(separators) === 0;
  return {
    isIn: (text) => find(isLong ? folded(text).replace(separators, '') : folded(text)).length > 0,
    conceal(text) {
      const letters = [...text].map((letter) => ({ letter, units: isSkipped(letter) ? '' : folded(letter) }));
      const ends = find(letters.map(({ units }) => units).join(''));
      return ends.length === 0 ? text : withoutRanges(letters, ends, wanted.length);
    },
  };
}

/** The same for each letter alone as within a text. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/**
 * The search of Knuth, Morris and Pratt: texts and secrets are a visitor's, and a pattern, or the search of the engine,
 * takes the product of their lengths for some. Returns the units after each place, which do not overlap.
 */
function finderOf(wanted: string): (text: string) => readonly number[] {
  const borders = [0];
  const next = (from: number, unit: number): number => {
    let length = from;
    while (length > 0 && wanted.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
    return wanted.charCodeAt(length) === unit ? length + 1 : 0;
  };
  for (let at = 1; at < wanted.length; at += 1) borders.push(next(borders[at - 1] ?? 0, wanted.charCodeAt(at)));
  return (text) => {
    const ends: number[] = [];
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
      length = next(length, text.charCodeAt(at));
      if (length < wanted.length) continue;
      ends.push(at + 1);
      length = 0;
    }
    return ends;
  };
}

function withoutRanges(
  letters: readonly { readonly letter: string; readonly units: string }[],
  ends: readonly number[],
  length: number,
): string {
  let left = '';
  let unit = 0;
  let place = 0;
  let isShown = false;
  for (const { letter, units } of letters) {
    while (place < ends.length && (ends[place] ?? 0) <= unit) {
      place += 1;
      isShown = false;
    }
    const end = ends[place] ?? Infinity;
    // A blank before the first letter of the secret is none of it.
    const isInside = unit + units.length > end - length && (units !== '' || unit > end - length);
    unit += units.length;
    if (!isInside) left += letter;
    else if (!isShown) left += '•••';
    isShown = isInside;
  }
  return left;
}
