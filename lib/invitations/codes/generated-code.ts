import { randomInt } from 'node:crypto';
import { symbols, symbolText, symbolValues } from '../../base/crockford.js';

// Arithmetic in GF(32), built on the primitive polynomial x^5 + x^2 + 1: addition is XOR, and the powers of x are all
// 31 values except zero, so every position of a code has a different weight.
const polynomial = 0b100101;

function timesX(value: number): number {
  const shifted = value << 1;
  return shifted > 31 ? shifted ^ polynomial : shifted;
}

/**
 * Sums the positions, each multiplied by a higher power of x (Horner). Zero for a correct code.
 * One wrong symbol changes the sum by weight × difference, two transposed symbols by difference of weights × difference
 * of symbols: neither is ever zero in a field, so every error of these kinds is detected.
 */
function weightedSum(values: readonly number[]): number {
  return values.reduce((sum, value) => timesX(sum) ^ value, 0);
}

/** The value that makes the weighted sum zero when it is appended to `values`. At most 30 values. */
export function checkValue(values: readonly number[]): number {
  return timesX(weightedSum(values));
}

/** True when the last value is the check value of those before it. */
export function checks(values: readonly number[]): boolean {
  return weightedSum(values) === 0;
}

/** Symbols of a generated code: 11 random ones (55 bits) and the check symbol. */
export const codeLength = 12;

/** A new code without hyphens. */
export function randomCode(): string {
  return codeFrom(Array.from({ length: codeLength - 1 }, () => randomInt(symbols.length)));
}

/** The code of at least 11 values from 0 to 31; further ones are not used. */
export function codeFrom(values: readonly number[]): string {
  const drawn = values.slice(0, codeLength - 1);
  return symbolText([...drawn, checkValue(drawn)]);
}

/** The displayed form: `XXXX-XXXX-XXXX`. */
export function inGroups(code: string): string {
  return code.replace(/.{4}(?=.)/g, '$&-');
}

/**
 * Reads folded text as a generated code. `null`: it does not have the shape of one. `typo`: it does, but the check
 * symbol shows that at least one symbol is wrong, so no lookup is needed.
 */
export function readGenerated(folded: string): { readonly code: string } | 'typo' | null {
  if (folded.length !== codeLength) return null;
  const values = symbolValues(folded);
  if (values === null) return null;
  return checks(values) ? { code: symbolText(values) } : 'typo';
}
