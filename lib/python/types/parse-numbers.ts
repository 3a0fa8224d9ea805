import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { bounded, toFloat } from '../operators/integers.js';
import { reprOf } from '../values/protocols.js';
import { integerOf, isInteger, isObject, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { asSmall } from './arguments.js';
import { stripWhite } from './text-white.js';

/** `int(value, base)` */
export function parseInteger(m: Machine, value: Value, base: Value | undefined): bigint {
  if (base === undefined) {
    if (isInteger(value)) return integerOf(value);
    if (typeof value === 'number') return truncated(m, value);
    if (isObject(value) && value.type === 'ipaddress') return value.bits;
  }
  if (typeof value !== 'string') {
    if (base !== undefined) return raise(m, 'TypeError', "int() can't convert non-string with explicit base");
    return raise(
      m,
      'TypeError',
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(m, value)}'`,
    );
  }
  const radix = asSmall(m, base, 10);
  if (radix !== 0 && (radix < 2 || radix > 36))
    return raise(m, 'ValueError', 'int() base must be >= 2 and <= 36, or 0');
  m.visit(value.length * 4);
  const found = value.length > 5000 ? null : digitsIn(stripWhite(value), radix);
  if (found !== null) return bounded(m, found);
  return raise(m, 'ValueError', `invalid literal for int() with base ${radix}: ${reprOf(m, value)}`);
}

const prefixes = new Map([
  ['0x', 16],
  ['0o', 8],
  ['0b', 2],
]);

function digitsIn(text: string, radix: number): bigint | null {
  const isNegative = text.startsWith('-');
  let digits = text.replace(/^[+-]/, '').toLowerCase();
  const prefix = prefixes.get(digits.slice(0, 2));
  let base = radix;
  if (prefix !== undefined && (radix === prefix || radix === 0)) {
    base = prefix;
    digits = digits.slice(2).replace(/^_/, '');
  } else if (radix === 0) {
    if (/^0[0_]*[1-9]/.test(digits)) return null;
    base = 10;
  }
  if (!/^[\p{Nd}a-z]+(_[\p{Nd}a-z]+)*$/u.test(digits)) return null;
  let value = 0n;
  for (const character of digits.replaceAll('_', '')) {
    const digit = digitOf(character);
    if (digit >= base) return null;
    value = value * BigInt(base) + BigInt(digit);
  }
  return isNegative ? -value : value;
}

/** The decimal digits of every script count from their zero. */
function digitOf(character: string): number {
  if (/[a-z]/.test(character)) return character.charCodeAt(0) - 87;
  const code = character.codePointAt(0) ?? 0;
  if (code < 128) return code - 48;
  let digit = 0;
  while (digit < 10 && /\p{Nd}/u.test(String.fromCodePoint(code - digit - 1))) digit += 1;
  return digit % 10;
}

function truncated(m: Machine, value: number): bigint {
  if (Number.isNaN(value)) return raise(m, 'ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value)) return raise(m, 'OverflowError', 'cannot convert float infinity to integer');
  return BigInt(Math.trunc(value));
}

/** `float(value)` */
export function parseFloatText(m: Machine, value: Value): number {
  if (typeof value === 'number') return value;
  if (isInteger(value)) return toFloat(m, integerOf(value));
  if (typeof value !== 'string')
    return raise(m, 'TypeError', `float() argument must be a string or a real number, not '${typeName(m, value)}'`);
  m.visit(value.length);
  const text = stripWhite(value).replaceAll(/\p{Nd}/gu, (digit) => String(digitOf(digit)));
  const [, sign = '', special = ''] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (special !== '') {
    if (special.toLowerCase() === 'nan') return Number.NaN;
    return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i.test(text))
    return Number(text.replaceAll('_', ''));
  return raise(m, 'ValueError', `could not convert string to float: ${reprOf(m, value)}`);
}
