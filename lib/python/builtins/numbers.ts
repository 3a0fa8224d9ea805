import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { binary, unary } from '../operators/binary.js';
import { powerModulo } from '../operators/integers.js';
import { tuple } from '../values/create.js';
import { dividedHalfEven, scaledInteger } from '../values/exact-decimal.js';
import { integerOf, isInteger, isObject, typeName } from '../values/type-of.js';
import { lengthOf } from '../values/code-points.js';
import type { Value } from '../values/value.js';
import { asInteger, asSmall, asText } from '../types/arguments.js';
import type { Bound } from '../types/signature.js';

function withPrefix(m: Machine, value: Value | undefined, radix: number, prefix: string): string {
  const integer = asInteger(m, value);
  return `${integer < 0n ? '-' : ''}${prefix}${(integer < 0n ? -integer : integer).toString(radix)}`;
}

/** Functions of numbers and characters. */
export const numberFunctions = {
  abs: [
    'x, /',
    (m: Machine, [value = null]: Bound) => {
      if (typeof value === 'number') return Math.abs(value);
      if (isObject(value) && value.type === 'timedelta') return value.micros < 0n ? unary(m, '-', value) : value;
      const integer = asInteger(m, value);
      return integer < 0n ? -integer : integer;
    },
  ],
  bin: ['number, /', (m: Machine, [value]: Bound) => withPrefix(m, value, 2, '0b')],
  oct: ['number, /', (m: Machine, [value]: Bound) => withPrefix(m, value, 8, '0o')],
  hex: ['number, /', (m: Machine, [value]: Bound) => withPrefix(m, value, 16, '0x')],
  chr: [
    'i, /',
    (m: Machine, [value]: Bound) => {
      const code = asInteger(m, value);
      return code >= 0n && code <= 0x10ffffn
        ? String.fromCodePoint(Number(code))
        : raise(m, 'ValueError', 'chr() arg not in range(0x110000)');
    },
  ],
  ord: [
    'c, /',
    (m: Machine, [value]: Bound) => {
      const text = asText(m, value);
      if (lengthOf(text) === 1) return BigInt(text.codePointAt(0) ?? 0);
      return raise(m, 'TypeError', `ord() expected a character, but string of length ${lengthOf(text)} found`);
    },
  ],
  divmod: [
    'x, y, /',
    (m: Machine, [one = null, other = null]: Bound) => tuple([binary(m, '//', one, other), binary(m, '%', one, other)]),
  ],
  pow: [
    'base, exp, mod=',
    (m: Machine, [base = null, exponent = null, modulus = null]: Bound) =>
      modulus === null
        ? binary(m, '**', base, exponent)
        : powerModulo(m, asInteger(m, base), asInteger(m, exponent), asInteger(m, modulus)),
  ],
  round: ['number, ndigits=', (m: Machine, [value = null, digits = null]: Bound) => rounded(m, value, digits)],
} as const;

/** Half to even, as Python rounds. */
function rounded(m: Machine, value: Value, digits: Value): Value {
  if (typeof value === 'number') {
    if (digits === null) {
      if (!Number.isFinite(value))
        return raise(m, Number.isNaN(value) ? 'ValueError' : 'OverflowError', 'cannot convert float to integer');
      return scaledInteger(value, 0);
    }
    const places = asSmall(m, digits, 0);
    if (!Number.isFinite(value) || places > 323) return value;
    if (places < -308) return value < 0 ? -0 : 0;
    const scaled = scaledInteger(value, places);
    if (scaled === 0n) return value < 0 || Object.is(value, -0) ? -0 : 0;
    return Number(`${scaled}e${-places}`);
  }
  if (!isInteger(value)) return raise(m, 'TypeError', `type ${typeName(m, value)} doesn't define __round__ method`);
  const integer = integerOf(value);
  const places = digits === null ? 0n : asInteger(m, digits);
  if (places >= 0n) return integer;
  if (-places > 2500n) return 0n;
  const unit = 10n ** -places;
  return dividedHalfEven(integer, unit) * unit;
}
