/** The same text with the digits of every script as 0 to 9: `١٢` and `１２` are `12`. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(valueOf(digit)));
}

/** Digits stand in runs of ten (Unicode 4.6): the value is the distance from the first of the run. */
function valueOf(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  // Mathematical digits: five runs of ten without a gap.
  if (point >= 0x1d7ce && point <= 0x1d7ff) return (point - 0x1d7ce) % 10;
  let first = point;
  while (point - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return point - first;
}
