import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { toFloat } from '../operators/integers.js';
import { padded, parseSpec, type FormatSpec } from './spec.js';
import { floatDigits } from './float-digits.js';

/** `format(integer, spec)`. @throws ValueError of Python */
export function formatInteger(m: Machine, value: bigint, spec: string): string {
  if (spec === '') return value.toString();
  const parsed = parseSpec(m, spec, 'int');
  const { type, precision, grouping } = parsed;
  if ('eEfFgG%'.includes(type) && type !== '') return floatWith(m, toFloat(m, value), parsed);
  if (parsed.unsignedZero)
    return raise(m, 'ValueError', 'Negative zero coercion (z) not allowed in format specifier with integer');
  if (precision !== null) return raise(m, 'ValueError', 'Precision not allowed in integer format specifier');
  if (type === 'c') return characterWith(m, value, parsed);
  const base = basesByType.get(type);
  if (base === undefined) return raise(m, 'ValueError', `Unknown format code '${type}' for object of type 'int'`);
  if (grouping === ',' && base.radix !== 10) return raise(m, 'ValueError', `Cannot specify ',' with '${type}'.`);
  const size = (value < 0n ? -value : value).toString(base.radix);
  const digits = type === 'X' ? size.toUpperCase() : size;
  const prefix = parsed.alternate ? base.prefix : '';
  return assembled(value < 0n, prefix, digits, '', parsed, base.radix === 10 ? 3 : 4);
}

const basesByType = new Map([
  ['', { radix: 10, prefix: '' }],
  ['d', { radix: 10, prefix: '' }],
  ['n', { radix: 10, prefix: '' }],
  ['b', { radix: 2, prefix: '0b' }],
  ['o', { radix: 8, prefix: '0o' }],
  ['x', { radix: 16, prefix: '0x' }],
  ['X', { radix: 16, prefix: '0X' }],
]);

function characterWith(m: Machine, value: bigint, spec: FormatSpec): string {
  if (value < 0n || value > 0x10ffffn) return raise(m, 'OverflowError', '%c arg not in range(0x110000)');
  const align = spec.align === null || spec.align === '=' ? '<' : spec.align;
  return padded(String.fromCodePoint(Number(value)), spec, align);
}

/** `format(float, spec)`. @throws ValueError of Python */
export function formatFloat(m: Machine, value: number, spec: string): string {
  return floatWith(m, value, parseSpec(m, spec, 'float'));
}

function floatWith(m: Machine, value: number, spec: FormatSpec): string {
  if (!/^[eEfFgGn%]?$/.test(spec.type))
    return raise(m, 'ValueError', `Unknown format code '${spec.type}' for object of type 'float'`);
  const digits = floatDigits(Math.abs(value), spec.type, spec.precision, spec.alternate);
  const isZero = !/[1-9a-df-z]/i.test(digits.replace(/e.*$/i, ''));
  const isNegative = (value < 0 || Object.is(value, -0)) && !(spec.unsignedZero && isZero);
  const [, whole = '', rest = ''] = /^(\d*)(.*)$/.exec(digits) ?? [];
  return whole === ''
    ? assembled(isNegative, '', rest, '', { ...spec, grouping: null }, 3)
    : assembled(isNegative, '', whole, rest, spec, 3);
}

/** Sign, prefix, grouped digits and what follows, in the width. */
function assembled(
  isNegative: boolean,
  prefix: string,
  digits: string,
  rest: string,
  spec: FormatSpec,
  group: number,
): string {
  const sign = isNegative ? '-' : spec.sign === '+' ? '+' : spec.sign === ' ' ? ' ' : '';
  const head = `${sign}${prefix}`;
  const align = spec.align ?? '>';
  if (align !== '=') return padded(`${head}${grouped(digits, spec.grouping, group)}${rest}`, spec, align);
  const room = spec.width - head.length - rest.length;
  const body =
    spec.fill === '0'
      ? grouped(zeroFilled(digits, room, spec, group), spec.grouping, group)
      : grouped(digits, spec.grouping, group);
  return `${head}${spec.fill.repeat(Math.max(0, room - body.length))}${body}${rest}`;
}

/** Leading zeros are grouped as well: `format(1, '06,')` is `0,001`. */
function zeroFilled(digits: string, room: number, { grouping }: FormatSpec, group: number): string {
  if (grouping === null) return digits.padStart(room, '0');
  let filled = digits;
  while (filled.length + Math.floor((filled.length - 1) / group) < room) filled = `0${filled}`;
  return filled;
}

function grouped(digits: string, separator: string | null, size: number): string {
  if (separator === null) return digits;
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= size) parts.unshift(digits.slice(Math.max(0, end - size), end));
  return parts.join(separator);
}
