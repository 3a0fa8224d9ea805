import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { floorDivision, modulo, trueDivision } from '../../operators/integers.js';
import { dividedHalfEven, ratioOf } from '../../values/exact-decimal.js';
import { integerOf, isInteger, isObject, typeName } from '../../values/type-of.js';
import type { Value } from '../../values/value.js';
import { defineClass } from '../../types/define.js';
import { dayMicros } from './calendar.js';
import { clockParts, two } from './clock-parts.js';
import { timedelta } from './create.js';
import type { PyTimeDelta } from './values.js';

export function isTimeDelta(value: Value): value is PyTimeDelta {
  return isObject(value) && value.type === 'timedelta';
}

const units = [dayMicros, 1_000_000n, 1n, 1000n, 60_000_000n, 3_600_000_000n, 7n * dayMicros];

/** Sums the arguments exactly, and rounds once, half to even. */
function sumOf(m: Machine, args: readonly (Value | undefined)[]): bigint {
  let [numerator, denominator] = [0n, 1n];
  for (const [index, value] of args.entries()) {
    if (value === undefined) continue;
    const [above, below] = fraction(m, value);
    const unit = units[index] ?? 1n;
    numerator = numerator * below + above * unit * denominator;
    denominator *= below;
  }
  return dividedHalfEven(numerator, denominator);
}

function fraction(m: Machine, value: Value): readonly [bigint, bigint] {
  if (isInteger(value)) return [integerOf(value), 1n];
  if (typeof value !== 'number')
    return raise(m, 'TypeError', `unsupported type for timedelta component: ${typeName(m, value)}`);
  if (Number.isFinite(value)) return ratioOf(value);
  return raise(m, Number.isNaN(value) ? 'ValueError' : 'OverflowError', 'cannot convert float to integer');
}

function shown({ micros }: PyTimeDelta): string {
  const days = floorDays(micros);
  const inDay = micros - days * dayMicros;
  const { hour, minute, second, microsecond } = clockParts(inDay);
  const clock = `${hour}:${two(minute)}:${two(second)}${microsecond === 0 ? '' : `.${String(microsecond).padStart(6, '0')}`}`;
  if (days === 0n) return clock;
  return `${days} day${days === 1n || days === -1n ? '' : 's'}, ${clock}`;
}

function floorDays(micros: bigint): bigint {
  const days = micros / dayMicros;
  return micros < 0n && micros % dayMicros !== 0n ? days - 1n : days;
}

function parts({ micros }: PyTimeDelta): {
  readonly days: bigint;
  readonly seconds: bigint;
  readonly microseconds: bigint;
} {
  const days = floorDays(micros);
  const inDay = micros - days * dayMicros;
  return { days, seconds: inDay / 1_000_000n, microseconds: inDay % 1_000_000n };
}

function calculate(m: Machine, operator: string, self: PyTimeDelta, other: Value): Value | undefined {
  const { micros } = self;
  if (isTimeDelta(other)) {
    switch (operator) {
      case '+':
        return timedelta(m, micros + other.micros);
      case '-':
        return timedelta(m, micros - other.micros);
      case '/':
        return trueDivision(m, micros, other.micros);
      case '//':
        return floorDivision(m, micros, other.micros);
      case '%':
        return timedelta(m, modulo(m, micros, other.micros));
      default:
        return undefined;
    }
  }
  if (!isInteger(other) && typeof other !== 'number') return undefined;
  if (operator === '*') {
    const [above, below] = fraction(m, other);
    return timedelta(m, dividedHalfEven(micros * above, below));
  }
  if (operator === '//' && isInteger(other)) return timedelta(m, floorDivision(m, micros, integerOf(other)));
  if (operator !== '/') return undefined;
  const [above, below] = fraction(m, other);
  if (above === 0n) return raise(m, 'ZeroDivisionError', 'division by zero');
  return timedelta(m, above < 0n ? dividedHalfEven(-micros * below, -above) : dividedHalfEven(micros * below, above));
}

export const timedeltaClass = defineClass<PyTimeDelta>({
  name: 'timedelta',
  is: isTimeDelta,
  construct: [
    'days=, seconds=, microseconds=, milliseconds=, minutes=, hours=, weeks=',
    (m, args) => timedelta(m, sumOf(m, args)),
  ],
  slots: {
    text: (_, self) => shown(self),
    repr(_, self) {
      const given = Object.entries(parts(self)).filter(([, value]) => value !== 0n);
      return `datetime.timedelta(${given.length === 0 ? '0' : given.map(([name, value]) => `${name}=${value}`).join(', ')})`;
    },
    truth: (_, self) => self.micros !== 0n,
    equals: (_, self, other) => (isTimeDelta(other) ? self.micros === other.micros : null),
    order(_, operator, self, other) {
      if (!isTimeDelta(other)) return null;
      if (operator === '<') return self.micros < other.micros;
      if (operator === '<=') return self.micros <= other.micros;
      return operator === '>' ? self.micros > other.micros : self.micros >= other.micros;
    },
    hash: (_, self) => `l${self.micros}`,
    binary: calculate,
    reflected: (m, operator, self, other) => (operator === '*' ? calculate(m, '*', self, other) : undefined),
    unary: (m, operator, self) =>
      operator === '~' ? undefined : timedelta(m, operator === '-' ? -self.micros : self.micros),
  },
  methods: { total_seconds: ['', (m, self) => trueDivision(m, self.micros, 1_000_000n)] },
  properties: {
    days: (_, self) => parts(self).days,
    seconds: (_, self) => parts(self).seconds,
    microseconds: (_, self) => parts(self).microseconds,
  },
  statics: {
    min: { type: 'timedelta', micros: -999_999_999n * dayMicros },
    max: { type: 'timedelta', micros: 1_000_000_000n * dayMicros - 1n },
    resolution: { type: 'timedelta', micros: 1n },
  },
});
