import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { itemOf } from '../operators/subscript.js';
import { parseInteger } from '../types/parse-numbers.js';
import { reprOf, textOf } from '../values/protocols.js';
import { asciiOf } from '../values/text-repr.js';
import { integerOf, isInteger, isNumber, isObject, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { formatFloat, formatInteger } from './numbers.js';
import { formatText } from './spec.js';

const directive = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?([^])?/gu;

/** `text % values` */
export function percentFormat(m: Machine, text: string, given: Value): string {
  m.visit(text.length);
  const values = isObject(given) && given.type === 'tuple' ? given.items : [given];
  const isMapping = isObject(given) && given.type === 'dict';
  let next = 0;
  let usesKeys = false;
  let length = 0;
  const take = (): Value => {
    if (next >= values.length) return raise(m, 'TypeError', 'not enough arguments for format string');
    next += 1;
    return values[next - 1] ?? null;
  };
  const counted = (part: string): string => {
    m.growText(length, part.length);
    length += part.length;
    return part;
  };
  const size = (part: string | undefined): number | null => {
    if (part === undefined) return null;
    if (part !== '*') return Number(part === '' ? 0 : part);
    const value = take();
    return isInteger(value) ? Number(integerOf(value)) : raise(m, 'TypeError', '* wants int');
  };
  const formatted = text.replaceAll(
    directive,
    (
      all: string,
      key: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      type: string | undefined,
    ) => {
      if (type === undefined) return raise(m, 'ValueError', 'incomplete format');
      // Python 3.14: with anything between, it is an unknown type.
      if (all === '%%') return '%';
      const wide = size(width);
      const places = size(precision);
      if (key !== undefined) {
        if (!isMapping) return raise(m, 'TypeError', 'format requires a mapping');
        usesKeys = true;
        return counted(shown(m, itemOf(m, given, key), { flags, width: wide ?? 0, precision: places, type }));
      }
      return counted(shown(m, take(), { flags, width: wide ?? 0, precision: places, type }));
    },
  );
  // CPython takes a list for a mapping here.
  const mayBeUnused = isObject(given) && ['dict', 'list', 'range'].includes(given.type);
  if (next < values.length && !usesKeys && !mayBeUnused)
    raise(m, 'TypeError', 'not all arguments converted during string formatting');
  m.allocateText(formatted.length);
  return formatted;
}

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly type: string;
}

function shown(m: Machine, value: Value, { flags, width, precision, type }: Directive): string {
  const isLeft = flags.includes('-') || width < 0;
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const size = width === 0 ? '' : String(Math.abs(width));
  const places = precision === null ? '' : `.${String(Math.max(0, precision))}`;
  const hash = flags.includes('#') ? '#' : '';
  const align = isLeft ? '<' : flags.includes('0') ? '' : '>';
  const zero = flags.includes('0') && !isLeft ? '0' : '';
  const integerShown = (of: Machine, integer: bigint, as: string): string => {
    const spec = `${sign}${as === 'd' ? '' : hash}`;
    if (precision === null) return formatInteger(of, integer, `${align}${spec}${zero}${size}${as}`);
    // A precision is a least number of digits, which a format specification does not have.
    const [, head = '', digits = ''] =
      /^([+\- ]?(?:0[xXo])?)(.*)$/.exec(formatInteger(of, integer, `${spec}${as}`)) ?? [];
    of.allocateText(precision);
    const least = digits.padStart(zero === '' ? precision : Math.max(precision, width - head.length), '0');
    return formatText(of, head + least, `${isLeft ? '<' : '>'}${size}`);
  };
  switch (type) {
    case 's':
    case 'r':
    case 'a': {
      const text = type === 's' ? textOf(m, value) : type === 'r' ? reprOf(m, value) : asciiOf(reprOf(m, value));
      return formatText(m, text, `${isLeft ? '<' : '>'}${size}${places}`);
    }
    case 'c':
      if (typeof value === 'string' && [...value].length === 1)
        return formatText(m, value, `${isLeft ? '<' : '>'}${size}`);
      if (isInteger(value)) return formatInteger(m, integerOf(value), `${isLeft ? '<' : '>'}${size}c`);
      return raise(m, 'TypeError', '%c requires an int or a unicode character');
    case 'd':
    case 'i':
    case 'u': {
      if (!isNumber(value))
        return raise(m, 'TypeError', `%${type} format: a real number is required, not ${typeName(m, value)}`);
      return integerShown(m, parseInteger(m, value, undefined), 'd');
    }
    case 'x':
    case 'X':
    case 'o':
      if (!isInteger(value))
        return raise(m, 'TypeError', `%${type} format: an integer is required, not ${typeName(m, value)}`);
      return integerShown(m, integerOf(value), type);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      if (!isNumber(value)) return raise(m, 'TypeError', `must be real number, not ${typeName(m, value)}`);
      return formatFloat(m, Number(value), `${align}${sign}${hash}${zero}${size}${places}${type}`);
    default:
      return raise(m, 'ValueError', `unsupported format character '${type}'`);
  }
}
