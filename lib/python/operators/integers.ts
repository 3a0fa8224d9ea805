import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { LimitExceeded } from '../limits.js';

/** The bits of an integer's size. */
export function bitsOf(value: bigint): number {
  const digits = (value < 0n ? -value : value).toString(16);
  return value === 0n ? 0 : (digits.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(digits[0] ?? '0', 16)));
}

/** @throws LimitExceeded for an integer that is too large */
export function bounded(m: Machine, value: bigint): bigint {
  if (value > -0x8000000000000000n && value < 0x8000000000000000n) return value;
  const bits = bitsOf(value);
  m.allocate(Math.ceil(bits / 8));
  if (bits > m.limits.integerBits) tooLarge(m);
  return value;
}

function tooLarge(m: Machine): never {
  throw new LimitExceeded(`an integer has more than ${String(m.limits.integerBits)} bits`);
}

/** `//`, rounded down. */
export function floorDivision(m: Machine, one: bigint, other: bigint): bigint {
  if (other === 0n) return raise(m, 'ZeroDivisionError', 'integer division or modulo by zero');
  const quotient = one / other;
  return one % other !== 0n && one < 0n !== other < 0n ? quotient - 1n : quotient;
}

/** `%`, with the sign of the divisor. */
export function modulo(m: Machine, one: bigint, other: bigint): bigint {
  if (other === 0n) return raise(m, 'ZeroDivisionError', 'integer modulo by zero');
  const rest = one % other;
  return rest !== 0n && rest < 0n !== other < 0n ? rest + other : rest;
}

/** `/` of integers, rounded once. */
export function trueDivision(m: Machine, one: bigint, other: bigint): number {
  if (other === 0n) return raise(m, 'ZeroDivisionError', 'division by zero');
  const isNegative = one < 0n !== other < 0n;
  const [numerator, denominator] = [one < 0n ? -one : one, other < 0n ? -other : other];
  if (numerator === 0n) return isNegative ? -0 : 0;
  const shift = BigInt(Math.max(0, 66 + bitsOf(denominator) - bitsOf(numerator)));
  const quotient = (numerator << shift) / denominator;
  const isExact = (numerator << shift) % denominator === 0n;
  const result = scaledDown(Number(isExact ? quotient : quotient | 1n), Number(shift));
  if (!Number.isFinite(result)) return raise(m, 'OverflowError', 'integer division result too large for a float');
  return isNegative ? -result : result;
}

/** `value / 2 ** shift` in steps, as `2 ** 1024` is no number. */
function scaledDown(value: number, shift: number): number {
  let result = value;
  for (let left = shift; left > 0; left -= 1000) result /= 2 ** Math.min(left, 1000);
  return result;
}

/** `**` with an exponent that is not negative. */
export function power(m: Machine, base: bigint, exponent: bigint): bigint {
  if (base === 0n || base === 1n || base === -1n) return base ** (exponent > 1n ? 2n + (exponent % 2n) : exponent);
  if (BigInt(bitsOf(base) - 1) * exponent > BigInt(m.limits.integerBits)) tooLarge(m);
  m.visit(Number(exponent) * 8);
  return bounded(m, base ** exponent);
}

/** `pow(base, exponent, modulus)` */
export function powerModulo(m: Machine, base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (modulus === 0n) return raise(m, 'ValueError', 'pow() 3rd argument cannot be 0');
  if (exponent < 0n) return powerModulo(m, inverse(m, base, modulus), -exponent, modulus);
  let [result, factor, rest] = [1n, modulo(m, base, modulus), exponent];
  while (rest > 0n) {
    m.step(1 + Math.ceil(bitsOf(modulus) / 256));
    if (rest % 2n === 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
    rest /= 2n;
  }
  return modulo(m, result, modulus);
}

/** The number whose product with `value` is 1, by the algorithm of Euclid. */
function inverse(m: Machine, value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus < 0n ? -modulus : modulus, modulo(m, value, modulus < 0n ? -modulus : modulus)];
  let [before, factor] = [0n, 1n];
  while (next !== 0n) {
    m.step(1 + Math.ceil(bitsOf(rest) / 256));
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [before, factor] = [factor, before - quotient * factor];
  }
  return rest === 1n ? before : raise(m, 'ValueError', 'base is not invertible for the given modulus');
}

export function shift(m: Machine, value: bigint, by: bigint, isLeft: boolean): bigint {
  if (by < 0n) return raise(m, 'ValueError', 'negative shift count');
  if (!isLeft) return by > 100_000n ? (value < 0n ? -1n : 0n) : value >> by;
  if (value === 0n) return 0n;
  if (by + BigInt(bitsOf(value)) > BigInt(m.limits.integerBits)) tooLarge(m);
  return value << by;
}

/** @throws OverflowError of Python */
export function toFloat(m: Machine, value: bigint): number {
  const float = Number(value);
  return Number.isFinite(float) ? float : raise(m, 'OverflowError', 'int too large to convert to float');
}
