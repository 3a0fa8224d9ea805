const mostLines = 4;

/** A text in lines of about this width in pixels, at most four; what is left ends with "…". */
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
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines - 1), `${lines[mostLines - 1] ?? ''} …`];
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

/** Estimated, because no font is at hand: most letters are narrower, those of East Asia are square. */
function widthOf(text: string): number {
  let width = 0;
  for (const mark of text) width += (mark.codePointAt(0) ?? 0) >= 0x1100 ? 14 : 7.5;
  return width;
}
