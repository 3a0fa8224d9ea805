export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** What the search reads of a text. */
export interface Units {
  readonly length: number;
  charCodeAt(at: number): number;
}

/**
 * The search of Knuth, Morris and Pratt: where texts are a visitor's, a pattern, or the search of the engine, takes the
 * product of their lengths for some. `wanted` is not empty.
 */
export function finderOf(wanted: Units): (text: Units) => readonly TextRange[] {
  const borders = bordersOf(wanted);
  return (text) => {
    const ranges: TextRange[] = [];
    let length = 0;
    for (let at = 0; at < text.length; at += 1) {
      length = nextLength(wanted, borders, length, text.charCodeAt(at));
      if (length < wanted.length) continue;
      ranges.push({ from: at + 1 - length, to: at + 1 });
      length = 0;
    }
    return ranges;
  };
}

/** For each beginning of a text: the length of the longest shorter one that is also an end of it. */
export function bordersOf(wanted: Units): readonly number[] {
  const borders = [0];
  for (let at = 1; at < wanted.length; at += 1)
    borders.push(nextLength(wanted, borders, borders[at - 1] ?? 0, wanted.charCodeAt(at)));
  return borders;
}

function nextLength(wanted: Units, borders: readonly number[], from: number, unit: number): number {
  let length = from;
  while (length > 0 && wanted.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
  return wanted.charCodeAt(length) === unit ? length + 1 : 0;
}
