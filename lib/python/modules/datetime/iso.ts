import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { reprOf } from '../../values/protocols.js';
import { dayMicros, daysInMonth, firstMonday, isoWeekOf, ordinalOf } from './calendar.js';
import { datetime } from './create.js';
import type { PyDateTime, PyTimezone } from './values.js';

const day = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d)|-W(\d\d)(?:-([1-7]))?|W(\d\d)([1-7])?)/;
const clock =
  /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(?:(Z)|([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?$/;

/** The ordinal of a date in ISO 8601, and the rest of the text; `null`: it is none. */
export function readIsoDate(text: string): { readonly ordinal: number; readonly rest: string } | null {
  const found = day.exec(text);
  if (found === null) return null;
  const [all, year = '', month, date, shortMonth, shortDay, week, weekday, shortWeek, shortWeekday] = found;
  const rest = text.slice(all.length);
  const y = Number(year);
  if (y < 1) return null;
  const isoWeek = week ?? shortWeek;
  if (isoWeek !== undefined) {
    const ordinal = firstMonday(y) + (Number(isoWeek) - 1) * 7 + Number(weekday ?? shortWeekday ?? 1) - 1;
    return Number(isoWeek) >= 1 && isoWeekOf(ordinal).year === y ? { ordinal, rest } : null;
  }
  const [mo, d] = [Number(month ?? shortMonth), Number(date ?? shortDay)];
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo)) return null;
  return { ordinal: ordinalOf({ year: y, month: mo, day: d }), rest };
}

/** Microseconds since midnight and the zone of a time in ISO 8601; `null`: it is none. */
export function readIsoTime(text: string): { readonly micros: bigint; readonly zone: PyTimezone | null } | null {
  const found = clock.exec(text);
  if (found === null) return null;
  const [, hour = '0', minute = '0', second = '0', fraction = '', zulu, sign, zh = '0', zm = '0', zs = '0', zf = ''] =
    found;
  const [h, mi, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || mi > 59 || s > 59 || Number(zh) > 23 || Number(zm) > 59 || Number(zs) > 59) return null;
  const micros = BigInt((h * 60 + mi) * 60 + s) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  if (zulu === undefined && sign === undefined) return { micros, zone: null };
  const size = BigInt((Number(zh) * 60 + Number(zm)) * 60 + Number(zs)) * 1_000_000n + BigInt(zf.padEnd(6, '0'));
  return { micros, zone: { type: 'timezone', offset: sign === '-' ? -size : size, name: null } };
}

/** `datetime.fromisoformat`. @throws ValueError of Python */
export function readIsoDateTime(m: Machine, text: string): PyDateTime {
  const read = text.length > 60 ? null : readIsoDate(text);
  if (read?.rest === '') return datetime(m, BigInt(read.ordinal - 1) * dayMicros, null);
  const time = read === null ? null : readIsoTime([...read.rest].slice(1).join(''));
  if (read === null || time === null) return raise(m, 'ValueError', `Invalid isoformat string: ${reprOf(m, text)}`);
  return datetime(m, BigInt(read.ordinal - 1) * dayMicros + time.micros, time.zone);
}
