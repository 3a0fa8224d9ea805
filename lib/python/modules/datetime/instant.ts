import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { dividedHalfEven, ratioOf } from '../../values/exact-decimal.js';
import { floatOf, isNumber, typeName } from '../../values/type-of.js';
import type { Value } from '../../values/value.js';
import { epochMicros } from './calendar.js';

/** Seconds since 1970 in microseconds since year 1. @throws TypeError and ValueError of Python */
export function instantFrom(m: Machine, value: Value): bigint {
  if (!isNumber(value))
    return raise(m, 'TypeError', `'${typeName(m, value)}' object cannot be interpreted as an integer`);
  const seconds = floatOf(value);
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 300_000_000_000)
    return raise(m, 'ValueError', 'timestamp out of range');
  const [above, below] = ratioOf(seconds);
  return dividedHalfEven(above * 1_000_000n, below) + epochMicros;
}
