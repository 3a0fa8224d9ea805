const mostLines = 4;

/** A bold text in lines of at most this width in pixels, at most four; what is left ends with "…". */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of cleaned(text)
    .split(' ')
    .flatMap((one) => pieces(one, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  lines.push(line);
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines - 1), `${cutTo(lines[mostLines - 1] ?? '', width)} …`];
}

/** So much of a line that " …" has room behind it. */
function cutTo(line: string, width: number): string {
  return (pieces(line, width - widthOf(' …'))[0] ?? '').trimEnd();
}

/** Without characters that XML does not allow. */
export function cleaned(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\u{FFFD}')
    .trim();
}

/** A word that is wider than a line, cut. */
function pieces(word: string, width: number): readonly string[] {
  const cut: string[] = [];
  let piece = '';
  for (const mark of word) {
    if (widthOf(piece + mark) > width && piece !== '') {
      cut.push(piece);
      piece = '';
    }
    piece += mark;
  }
  return [...cut, piece];
}

/**
 * Estimated for the widest of the usual fonts at 13 pixels, because no font is at hand: a box is rather too large for
 * its text than too small.
 */
function widthOf(text: string): number {
  let width = 0;
  for (const mark of text) width += widths.find(([kind]) => kind.test(mark))?.[1] ?? 9.5;
  return width;
}

/** The first that fits counts. All else are lowercase letters and digits. */
const widths: readonly (readonly [kind: RegExp, width: number])[] = [
  // Letters and marks of Indic scripts, which stand alone without a font.
  [/[\u0900-\u0fff]/, 10],
  [/[\p{M}\p{Cf}]/u, 0],
  [/[a-eghknopqsuvxyz0-9]/, 9.5],
  [/[ijlfrt .,:;'|!()[\]{}·/-]/, 6.5],
  [/[mwMW@%&…—]/, 14.5],
  [/[A-Z]/, 11.5],
  [/\p{Extended_Pictographic}/u, 18],
  [/[\u1100-\u{10ffff}]/u, 14],
  [/[жмфшщыюЖМФШЩЫЮ]/, 15.5],
  [/\p{Lu}/u, 12],
  [/[\u0370-\u10ff]/u, 10.5],
];
