import { randomInt } from 'node:crypto';
import { symbols, symbolText, symbolValues } from './alphabet.js';
import { checks, checkValue } from './check-symbol.js';

/** Symbols of a generated code: 11 random ones (55 bits) and the check symbol. */
export const codeLength = 12;

/** A fresh code without hyphens. */
export function randomCode(): string {
  const drawn = Array.from({ length: codeLength - 1 }, () => randomInt(symbols.length));
  return symbolText([...drawn, checkValue(drawn)]);
}

/** As it is shown: `XXXX-XXXX-XXXX`. */
export function inGroups(code: string): string {
  return code.replace(/.{4}(?=.)/g, '$&-');
}

/**
 * Reads folded text as a generated code. `null`: it has not the shape of one. `typo`: it has, but the check symbol
 * tells that at least one symbol is wrong, so there is nothing to look up.
 */
export function readGenerated(folded: string): { readonly code: string } | 'typo' | null {
  if (folded.length !== codeLength) return null;
  const values = symbolValues(folded);
  if (values === null) return null;
  return checks(values) ? { code: symbolText(values) } : 'typo';
}
