/** Texts of Python count code points; those of JavaScript count UTF-16 units. */

const surrogates = /[\ud800-\udfff]/;

function isSimple(text: string): boolean {
  return !surrogates.test(text);
}

export function lengthOf(text: string): number {
  if (isSimple(text)) return text.length;
  return [...text].length;
}

/** The characters of a text. */
export function charactersOf(text: string): readonly string[] {
  return isSimple(text) ? text.split('') : [...text];
}

/** `text[start:stop]` in code points, both within the text. */
export function sliceOf(text: string, start: number, stop: number): string {
  if (stop <= start) return '';
  return isSimple(text) ? text.slice(start, stop) : [...text].slice(start, stop).join('');
}

/** The code point at which the UTF-16 unit `unit` stands. */
export function pointAt(text: string, unit: number): number {
  return isSimple(text) ? unit : lengthOf(text.slice(0, unit));
}

/** The UTF-16 unit at which the code point `point` stands; at most the text's end. */
export function unitAt(text: string, point: number): number {
  if (isSimple(text)) return Math.min(point, text.length);
  return [...text].slice(0, point).join('').length;
}

/** Negative, zero or positive, by code points. */
export function compareTexts(one: string, other: string): number {
  if (isSimple(one) && isSimple(other)) return one < other ? -1 : one > other ? 1 : 0;
  const [mine, others] = [[...one], [...other]];
  for (let index = 0; index < Math.min(mine.length, others.length); index += 1) {
    const difference = (mine[index]?.codePointAt(0) ?? 0) - (others[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return mine.length - others.length;
}
