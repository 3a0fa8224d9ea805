import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { isObject, typeName } from '../../values/type-of.js';
import type { Value } from '../../values/value.js';
import { asInteger } from '../../types/arguments.js';
import { dayMicros, daysInMonth, endMicros, lastOrdinal, ordinalOf } from './calendar.js';
import type { PyDate, PyDateTime, PyTimeDelta, PyTimezone, PyZone } from './values.js';

export type Zone = PyTimezone | PyZone | null;

const mostMicros = 999_999_999n * dayMicros;

/** @throws OverflowError of Python */
export function timedelta(m: Machine, micros: bigint): PyTimeDelta {
  if (micros < -mostMicros || micros >= mostMicros + dayMicros)
    raise(m, 'OverflowError', 'days out of range; must have magnitude <= 999999999');
  return { type: 'timedelta', micros };
}

/** @throws OverflowError of Python */
export function datetime(m: Machine, local: bigint, zone: Zone, fold: 0 | 1 = 0): PyDateTime {
  if (local < 0n || local >= endMicros) raise(m, 'OverflowError', 'date value out of range');
  return { type: 'datetime', local, zone, fold };
}

/** @throws OverflowError of Python */
export function date(m: Machine, ordinal: number): PyDate {
  if (ordinal < 1 || ordinal > lastOrdinal) raise(m, 'OverflowError', 'date value out of range');
  return { type: 'date', ordinal };
}

type Part = Value | undefined;

/** The ordinal of a day. @throws ValueError of Python */
export function ordinalFrom(m: Machine, year: Part, month: Part, day: Part): number {
  const y = inRange(m, year, 'year', 1, 9999);
  const mo = inRange(m, month, 'month', 1, 12);
  const d = asInteger(m, day);
  if (d < 1n || d > BigInt(daysInMonth(y, mo))) return raise(m, 'ValueError', 'day is out of range for month');
  return ordinalOf({ year: y, month: mo, day: Number(d) });
}

/** Microseconds since midnight. @throws ValueError of Python */
export function microsFrom(m: Machine, hour: Part, minute: Part, second: Part, microsecond: Part): bigint {
  const [h, mi] = [inRange(m, hour ?? 0n, 'hour', 0, 23), inRange(m, minute ?? 0n, 'minute', 0, 59)];
  const [s, us] = [inRange(m, second ?? 0n, 'second', 0, 59), inRange(m, microsecond ?? 0n, 'microsecond', 0, 999_999)];
  return BigInt((h * 60 + mi) * 60 + s) * 1_000_000n + BigInt(us);
}

function inRange(m: Machine, value: Part, name: string, low: number, high: number): number {
  const integer = asInteger(m, value);
  if (integer < BigInt(low) || integer > BigInt(high))
    return raise(m, 'ValueError', `${name} must be in ${low}..${high}`);
  return Number(integer);
}

/** @throws TypeError of Python */
export function zoneFrom(m: Machine, value: Part): Zone {
  if (value === undefined || value === null) return null;
  if (isObject(value) && (value.type === 'timezone' || value.type === 'zoneinfo')) return value;
  return raise(
    m,
    'TypeError',
    `tzinfo argument must be None or of a tzinfo subclass, not type '${typeName(m, value)}'`,
  );
}

/** @throws ValueError of Python */
export function foldFrom(m: Machine, value: Part): 0 | 1 {
  if (value === undefined) return 0;
  const fold = asInteger(m, value);
  if (fold !== 0n && fold !== 1n) return raise(m, 'ValueError', 'fold must be either 0 or 1');
  return fold === 1n ? 1 : 0;
}
