import { LimitExceeded } from '../limits.js';
import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { formatFloat, formatInteger } from '../format/numbers.js';
import { floatDivision, floatFloorDivision, floatModulo, floatPower } from '../operators/floats.js';
import { bitsOf, bounded, floorDivision, modulo, power, shift, toFloat, trueDivision } from '../operators/integers.js';
import { tuple } from '../values/create.js';
import { ratioOf } from '../values/exact-decimal.js';
import { floatText } from '../values/float-text.js';
import { isTrue } from '../values/protocols.js';
import { integerOf, isInteger, isNumber } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { defineClass } from './define.js';
import { parseFloatText, parseInteger } from './parse-numbers.js';
import type { OrderOperator, Slots } from '../values/class.js';

type Number_ = bigint | boolean | number;

const arithmetic: Slots<Number_> = {
  truth: (_, self) => Number(self) !== 0 || Number.isNaN(self),
  equals: (_, self, other) => (isNumber(other) ? sameNumber(self, other) : null),
  order: (_, operator, self, other) => (isNumber(other) ? ordered(operator, exact(self), exact(other)) : null),
  hash: (_, self) =>
    typeof self === 'number' && !Number.isInteger(self) ? `f${floatText(self)}` : `n${String(BigInt(self))}`,
  binary: (m, operator, self, other) => (isNumber(other) ? calculate(m, operator, self, other) : undefined),
  unary(_, operator, self) {
    if (operator === '~' && typeof self === 'number') return undefined;
    const value = exact(self);
    if (operator === '+') return value;
    if (operator === '~') return typeof value === 'bigint' ? ~value : undefined;
    return typeof value === 'bigint' ? -value : -value;
  },
};

/** Integers are exact numbers: comparing them with floats loses nothing. */
function exact(value: Number_): bigint | number {
  return typeof value === 'boolean' ? integerOf(value) : value;
}

function sameNumber(one: Number_, other: Number_): boolean {
  // An integer and a float are compared as the numbers that they mean.
  // eslint-disable-next-line eqeqeq
  return exact(one) == exact(other);
}

function ordered(operator: OrderOperator, one: bigint | number, other: bigint | number): boolean {
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
  }
}

function calculate(m: Machine, operator: string, one: Number_, other: Number_): Value | undefined {
  if (typeof one === 'boolean' && typeof other === 'boolean' && '&|^'.includes(operator)) {
    if (operator === '&') return one && other;
    return operator === '|' ? one || other : one !== other;
  }
  if (isInteger(one) && isInteger(other)) return ofIntegers(m, operator, integerOf(one), integerOf(other));
  const [left, right] = [asFloat(m, one), asFloat(m, other)];
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return floatDivision(m, left, right);
    case '//':
      return floatFloorDivision(m, left, right);
    case '%':
      return floatModulo(m, left, right);
    case '**':
      return floatPower(m, left, right);
    default:
      return undefined;
  }
}

function asFloat(m: Machine, value: Number_): number {
  return isInteger(value) ? toFloat(m, integerOf(value)) : value;
}

function ofIntegers(m: Machine, operator: string, one: bigint, other: bigint): Value | undefined {
  switch (operator) {
    case '+':
      return bounded(m, one + other);
    case '-':
      return bounded(m, one - other);
    case '*':
      return bounded(m, one * other);
    case '/':
      return trueDivision(m, one, other);
    case '//':
      return floorDivision(m, one, other);
    case '%':
      return modulo(m, one, other);
    case '**':
      return other < 0n ? floatPower(m, toFloat(m, one), toFloat(m, other)) : power(m, one, other);
    case '<<':
    case '>>':
      return shift(m, one, other, operator === '<<');
    case '&':
      return one & other;
    case '|':
      return one | other;
    case '^':
      return one ^ other;
    default:
      return undefined;
  }
}

const integerMethods = {
  bit_length: ['', (_: Machine, self: bigint | boolean) => BigInt(bitsOf(integerOf(self)))],
  bit_count: [
    '',
    (_: Machine, self: bigint | boolean) =>
      BigInt([...integerOf(self).toString(2)].filter((digit) => digit === '1').length),
  ],
  is_integer: ['', () => true],
  conjugate: ['', (_: Machine, self: bigint | boolean) => integerOf(self)],
  as_integer_ratio: ['', (_: Machine, self: bigint | boolean) => tuple([integerOf(self), 1n])],
} as const;

const integerProperties = {
  numerator: (_: Machine, self: bigint | boolean) => integerOf(self),
  denominator: () => 1n,
  real: (_: Machine, self: bigint | boolean) => integerOf(self),
  imag: () => 0n,
};

export const intClass = defineClass<bigint | boolean>({
  name: 'int',
  is: isInteger,
  slots: {
    ...arithmetic,
    repr: (m, self) => integerText(m, integerOf(self)),
    format: (m, self, spec) => formatInteger(m, integerOf(self), spec),
  },
  methods: integerMethods,
  properties: integerProperties,
  construct: ['x=, /, base=', (m, [value = 0n, base]) => parseInteger(m, value, base)],
});

export const boolClass = defineClass<boolean | bigint>({
  name: 'bool',
  bases: ['int'],
  is: isInteger,
  slots: {
    ...arithmetic,
    repr: (_, self) => (self === true ? 'True' : 'False'),
    format: (m, self, spec) =>
      spec === '' ? (self === true ? 'True' : 'False') : formatInteger(m, integerOf(self), spec),
  },
  methods: integerMethods,
  properties: integerProperties,
  construct: ['x=, /', (m, [value = false]) => isTrue(m, value)],
});

export const floatClass = defineClass<number>({
  name: 'float',
  is: (value) => typeof value === 'number',
  slots: {
    ...arithmetic,
    repr: (_, self) => floatText(self),
    format: (m, self, spec) => formatFloat(m, self, spec),
  },
  methods: {
    is_integer: ['', (_, self) => Number.isInteger(self)],
    conjugate: ['', (_, self) => self],
    as_integer_ratio: [
      '',
      (m, self) => {
        if (Number.isNaN(self)) return raise(m, 'ValueError', 'cannot convert NaN to integer ratio');
        if (!Number.isFinite(self)) return raise(m, 'OverflowError', 'cannot convert Infinity to integer ratio');
        return tuple([...ratioOf(self)]);
      },
    ],
  },
  properties: { real: (_, self) => self, imag: () => 0 },
  construct: ['x=, /', (m, [value = 0]) => parseFloatText(m, value)],
});

/** @throws LimitExceeded where the decimal digits would take too long */
function integerText(m: Machine, value: bigint): string {
  if (bitsOf(value) > m.limits.integerBits) throw new LimitExceeded('an integer is too large to be shown');
  const text = value.toString();
  m.visit(text.length * 4);
  return text;
}
