import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { reprOf } from '../../values/protocols.js';
import { dayMicros, daysInMonth, firstMonday, months, ordinalOf, weekdayOf, weekdays } from './calendar.js';
import { datetime } from './create.js';
import type { PyDateTime, PyTimezone } from './values.js';

const names = (list: readonly string[], length?: number): string =>
  list.map((name) => (length === undefined ? name : name.slice(0, length)).toLowerCase()).join('|');

/** The patterns of CPython's `_strptime`, in the C locale. */
const patterns = new Map([
  ['d', String.raw`3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]`],
  ['f', String.raw`[0-9]{1,6}`],
  ['H', String.raw`2[0-3]|[0-1]\d|\d| \d`],
  ['I', String.raw`1[0-2]|0[1-9]|[1-9]| [1-9]`],
  ['G', String.raw`\d\d\d\d`],
  ['j', String.raw`36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]`],
  ['m', String.raw`1[0-2]|0[1-9]|[1-9]`],
  ['M', String.raw`[0-5]\d|\d`],
  ['S', String.raw`6[0-1]|[0-5]\d|\d`],
  ['u', '[1-7]'],
  ['U', String.raw`5[0-3]|[0-4]\d|\d`],
  ['W', String.raw`5[0-3]|[0-4]\d|\d`],
  ['V', String.raw`5[0-3]|0[1-9]|[1-4]\d|\d`],
  ['w', '[0-6]'],
  ['y', String.raw`\d\d`],
  ['Y', String.raw`\d\d\d\d`],
  ['z', String.raw`[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|Z`],
  ['A', names(weekdays)],
  ['a', names(weekdays, 3)],
  ['B', names(months)],
  ['b', names(months, 3)],
  ['p', 'am|pm'],
  ['Z', 'utc|gmt'],
]);

const composed = new Map([
  ['c', '%a %b %d %H:%M:%S %Y'],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
  ['T', '%H:%M:%S'],
  ['D', '%m/%d/%y'],
  ['F', '%Y-%m-%d'],
  ['R', '%H:%M'],
]);

/** `datetime.strptime`. @throws ValueError of Python */
export function strptime(m: Machine, text: string, format: string): PyDateTime {
  m.visit(64 * (text.length + format.length));
  if (text.length > 500 || format.length > 200) return raise(m, 'ValueError', 'the text or the format is too long');
  const { pattern, directives } = patternOf(m, format);
  const found = new RegExp(`^${pattern}`, 'iu').exec(text);
  if (found === null)
    return raise(m, 'ValueError', `time data ${reprOf(m, text)} does not match format ${reprOf(m, format)}`);
  const rest = text.slice(found[0].length);
  if (rest !== '') return raise(m, 'ValueError', `unconverted data remains: ${rest}`);
  const parts = new Map(directives.map((directive, index) => [directive, found[index + 1] ?? '']));
  return fromParts(m, parts);
}

function patternOf(m: Machine, format: string): { readonly pattern: string; readonly directives: readonly string[] } {
  const directives: string[] = [];
  let pattern = '';
  const plain = format.replaceAll(/%([cxXTDFR])/g, (_all, letter: string) => composed.get(letter) ?? '');
  for (const [part, , directive] of plain.matchAll(/(%([^]?))|\s+|[^%\s]+/gu)) {
    if (directive === undefined) pattern += /^\s/.test(part) ? String.raw`\s+` : escaped(part);
    else if (directive === '%') pattern += '%';
    else {
      const one = patterns.get(directive);
      if (directive === '') raise(m, 'ValueError', `stray % in format '${format}'`);
      if (one === undefined) return raise(m, 'ValueError', `'${directive}' is a bad directive in format '${format}'`);
      if (directives.includes(directive)) raise(m, 'PatternError', `redefinition of group name '${directive}'`);
      directives.push(directive);
      pattern += `(${one})`;
    }
  }
  return { pattern, directives };
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
}

function fromParts(m: Machine, parts: ReadonlyMap<string, string>): PyDateTime {
  const number = (directive: string): number | null => {
    const text = parts.get(directive);
    return text === undefined ? null : Number(text);
  };
  const hour = hourOf(parts);
  const fraction = Number((parts.get('f') ?? '0').padEnd(6, '0'));
  const seconds = (hour * 60 + (number('M') ?? 0)) * 60 + (number('S') ?? 0);
  if ((number('S') ?? 0) > 59) return raise(m, 'ValueError', 'second must be in 0..59');
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction);
  const ordinal = ordinalOfParts(m, parts, number);
  return datetime(m, BigInt(ordinal - 1) * dayMicros + micros, zoneOf(parts));
}

function hourOf(parts: ReadonlyMap<string, string>): number {
  const half = parts.get('I');
  if (half === undefined) return Number(parts.get('H') ?? 0);
  const isAfternoon = (parts.get('p') ?? '').toLowerCase() === 'pm';
  return (Number(half) % 12) + (isAfternoon ? 12 : 0);
}

function ordinalOfParts(
  m: Machine,
  parts: ReadonlyMap<string, string>,
  number: (directive: string) => number | null,
): number {
  const short = number('y');
  const year = number('Y') ?? (short === null ? null : short + (short <= 68 ? 2000 : 1900));
  const weekday = weekdayIn(parts, number);
  const [isoYear, isoWeek] = [number('G'), number('V')];
  if (isoYear !== null || isoWeek !== null) {
    if (isoYear === null || isoWeek === null || weekday === null || number('j') !== null)
      return raise(
        m,
        'ValueError',
        "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive",
      );
    return firstMonday(isoYear) + (isoWeek - 1) * 7 + weekday;
  }
  const day = number('j');
  const week = number('U') ?? number('W');
  if (day !== null && year !== null) return ordinalOf({ year, month: 1, day: 1 }) + day - 1;
  if (week !== null && weekday !== null && year !== null) return fromWeek(year, week, weekday, parts.has('U'));
  const month = monthIn(parts) ?? 1;
  const date = { year: year ?? 1900, month, day: number('d') ?? 1 };
  if (date.day > daysInMonth(date.year, date.month) || date.year < 1)
    return raise(m, 'ValueError', date.year < 1 ? 'year 0 is out of range' : 'day is out of range for month');
  return ordinalOf(date);
}

function fromWeek(year: number, week: number, weekday: number, isSunday: boolean): number {
  const first = ordinalOf({ year, month: 1, day: 1 });
  const firstWeekday = isSunday ? (weekdayOf(first) + 1) % 7 : weekdayOf(first);
  const inWeek = isSunday ? (weekday + 1) % 7 : weekday;
  const toFirstWeek = (7 - firstWeekday) % 7;
  return week === 0 ? first + inWeek - firstWeekday : first + toFirstWeek + 7 * (week - 1) + inWeek;
}

function weekdayIn(parts: ReadonlyMap<string, string>, number: (directive: string) => number | null): number | null {
  const named = parts.get('A') ?? parts.get('a');
  if (named !== undefined) return weekdays.findIndex((day) => day.toLowerCase().startsWith(named.toLowerCase()));
  const sunday = number('w');
  if (sunday !== null) return (sunday + 6) % 7;
  const iso = number('u');
  return iso === null ? null : iso - 1;
}

function monthIn(parts: ReadonlyMap<string, string>): number | null {
  const named = parts.get('B') ?? parts.get('b');
  if (named !== undefined) return months.findIndex((month) => month.toLowerCase().startsWith(named.toLowerCase())) + 1;
  const number = parts.get('m');
  return number === undefined ? null : Number(number);
}

function zoneOf(parts: ReadonlyMap<string, string>): PyTimezone | null {
  const text = parts.get('z');
  if (text === undefined) return null;
  const [, sign, hours = '0', minutes = '0', seconds = '0', fraction = ''] =
    /^([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?$/.exec(text) ?? [];
  const size =
    BigInt((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000_000n +
    BigInt(fraction.padEnd(6, '0'));
  return { type: 'timezone', offset: sign === '-' ? -size : size, name: null };
}
