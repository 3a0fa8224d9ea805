import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { ratioOf } from '../values/exact-decimal.js';
import { trueDivision } from './integers.js';

/** `%`, with the sign of the divisor. */
export function floatModulo(m: Machine, one: number, other: number): number {
  if (other === 0) return raise(m, 'ZeroDivisionError', 'division by zero');
  const rest = one % other;
  if (rest === 0) return other < 0 ? -0 : 0;
  if (Number.isNaN(rest)) return rest;
  if (!Number.isFinite(other)) return one < 0 === other < 0 ? one : other;
  return rest < 0 === other < 0 ? rest : rest + other;
}

/** `//`, as Python computes it from the remainder. */
export function floatFloorDivision(m: Machine, one: number, other: number): number {
  if (other === 0) return raise(m, 'ZeroDivisionError', 'division by zero');
  const rest = one % other;
  let quotient = (one - rest) / other;
  if (rest !== 0 && other < 0 !== rest < 0) quotient -= 1;
  if (quotient === 0) return one / other < 0 || Object.is(one / other, -0) ? -0 : 0;
  const down = Math.floor(quotient);
  return quotient - down > 0.5 ? down + 1 : down;
}

export function floatPower(m: Machine, base: number, exponent: number): number {
  if (base === 0 && exponent < 0) return raise(m, 'ZeroDivisionError', 'zero to a negative power');
  // JavaScript has no number here, Python has 1.
  if (base === 1 || exponent === 0 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent))) return 1;
  if (base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent))
    return raise(m, 'ValueError', 'complex numbers are not supported');
  const result = exactPower(m, base, exponent) ?? base ** exponent;
  if (!Number.isFinite(result) && Number.isFinite(base) && Number.isFinite(exponent))
    return raise(m, 'OverflowError', 'Numerical result out of range');
  return result;
}

export function floatDivision(m: Machine, one: number, other: number): number {
  return other === 0 ? raise(m, 'ZeroDivisionError', 'division by zero') : one / other;
}

/**
 * A small whole power, rounded once, as a good C library has it: JavaScript's `**` may be wrong in the last digit. `null`
 * for other powers, and where the result is not a normal number.
 */
function exactPower(m: Machine, base: number, exponent: number): number | null {
  const size = Math.abs(base ** exponent);
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 64 || !(size > 1e-300 && size < 1e300)) return null;
  const [numerator, denominator] = ratioOf(base);
  const times = BigInt(Math.abs(exponent));
  const [above, below] = [numerator ** times, denominator ** times];
  return exponent < 0 ? trueDivision(m, below, above) : trueDivision(m, above, below);
}
