// Arithmetic in GF(32), built on the primitive polynomial x^5 + x^2 + 1: adding is XOR, and the powers of x are
// all 31 values but zero, so that every place of a code has a weight of its own.
const polynomial = 0b100101;

function timesX(value: number): number {
  const shifted = value << 1;
  return shifted > 31 ? shifted ^ polynomial : shifted;
}

/**
 * Sums place by place, each multiplied by a higher power of x (Horner). Zero for a correct code.
 * One wrong symbol changes the sum by weight × difference, two symbols in each other's place by difference of
 * weights × difference of symbols: neither is ever zero in a field, so every such slip is caught.
 */
function weightedSum(values: readonly number[]): number {
  return values.reduce((sum, value) => timesX(sum) ^ value, 0);
}

/** The value that makes the weighted sum zero when it is put behind `values`. At most 30 values. */
export function checkValue(values: readonly number[]): number {
  return timesX(weightedSum(values));
}

/** True when the last value is the check value of those before it. */
export function checks(values: readonly number[]): boolean {
  return weightedSum(values) === 0;
}
