/** Crockford's base 32: digits and capitals without I, L, O and U. A symbol's index is its value. */
export const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const values: ReadonlyMap<string, number> = new Map([
  ...Array.from(symbols, (symbol, value): [string, number] => [symbol, value]),
  // Characters that people read or write instead of a symbol. U is not a symbol and stands for the V it looks like.
  ...Object.entries({ O: '0', I: '1', L: '1', U: 'V' }).map(([typed, meant]): [string, number] => [
    typed,
    symbols.indexOf(meant),
  ]),
]);

/**
 * The values of the symbols of `text` (ASCII capitals and digits), look-alikes folded; `null` if it contains anything
 * else.
 */
export function symbolValues(text: string): readonly number[] | null {
  const found: number[] = [];
  for (const letter of text) {
    const value = values.get(letter);
    if (value === undefined) return null;
    found.push(value);
  }
  return found;
}

export function symbolText(numbers: readonly number[]): string {
  return numbers.map((value) => symbols.charAt(value)).join('');
}
