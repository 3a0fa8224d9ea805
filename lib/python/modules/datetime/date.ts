import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { isObject } from '../../values/type-of.js';
import type { Slots } from '../../values/class.js';
import type { Value } from '../../values/value.js';
import { asSmall, asText } from '../../types/arguments.js';
import { builtin, defineClass } from '../../types/define.js';
import { dayMicros, dayOf, epochMicros, isoWeekOf, lastOrdinal, weekdayOf } from './calendar.js';
import { dateText, ordinalAt } from './clock-parts.js';
import { date, ordinalFrom, timedelta } from './create.js';
import { instantFrom } from './instant.js';
import { readIsoDate } from './iso.js';
import { strftime } from './strftime.js';
import { strptime } from './strptime.js';
import { isTimeDelta } from './timedelta.js';
import type { PyDate } from './values.js';

export function isDate(value: Value): value is PyDate {
  return isObject(value) && value.type === 'date';
}

function floorDays(micros: bigint): number {
  const days = micros / dayMicros;
  return Number(micros < 0n && micros % dayMicros !== 0n ? days - 1n : days);
}

function shownAs(m: Machine, self: PyDate, format: string): string {
  return strftime(m, format, { ordinal: self.ordinal, micros: 0n, offset: null, zoneName: null });
}

const slots: Slots<PyDate> = {
  text: (_, self) => dateText(dayOf(self.ordinal)),
  repr(_, self) {
    const { year, month, day } = dayOf(self.ordinal);
    return `datetime.date(${year}, ${month}, ${day})`;
  },
  equals: (_, self, other) => (isDate(other) ? self.ordinal === other.ordinal : null),
  order(_, operator, self, other) {
    if (!isDate(other)) return null;
    if (operator === '<') return self.ordinal < other.ordinal;
    if (operator === '<=') return self.ordinal <= other.ordinal;
    return operator === '>' ? self.ordinal > other.ordinal : self.ordinal >= other.ordinal;
  },
  hash: (_, self) => `a${self.ordinal}`,
  binary(m, operator, self, other) {
    if (isTimeDelta(other) && operator === '+') return date(m, self.ordinal + floorDays(other.micros));
    if (isTimeDelta(other) && operator === '-') return date(m, self.ordinal - floorDays(other.micros));
    if (isDate(other) && operator === '-') return timedelta(m, BigInt(self.ordinal - other.ordinal) * dayMicros);
    return undefined;
  },
  reflected: (m, operator, self, other) =>
    operator === '+' && isTimeDelta(other) ? date(m, self.ordinal + floorDays(other.micros)) : undefined,
  format: (m, self, spec) => (spec === '' ? dateText(dayOf(self.ordinal)) : shownAs(m, self, spec)),
};

/** The day of an ordinal. @throws ValueError of Python */
export function dateOf(m: Machine, ordinal: Value | undefined): PyDate {
  const day = asSmall(m, ordinal, 0);
  return day >= 1 && day <= lastOrdinal ? date(m, day) : raise(m, 'ValueError', 'ordinal must be >= 1 and in range');
}

/** The day of the week, the week and their year, by name. */
export function isoCalendar(ordinal: number): Value {
  const { year, week } = isoWeekOf(ordinal);
  return {
    type: 'tuple',
    items: [BigInt(year), BigInt(week), BigInt(weekdayOf(ordinal) + 1)],
    names: ['year', 'week', 'weekday'],
    className: 'datetime.IsoCalendarDate',
  };
}

export const dateClass = defineClass<PyDate>({
  name: 'date',
  is: isDate,
  construct: ['year, month, day', (m, [year, month, day]) => date(m, ordinalFrom(m, year, month, day))],
  slots,
  properties: {
    year: (_, self) => BigInt(dayOf(self.ordinal).year),
    month: (_, self) => BigInt(dayOf(self.ordinal).month),
    day: (_, self) => BigInt(dayOf(self.ordinal).day),
  },
  methods: {
    weekday: ['', (_, self) => BigInt(weekdayOf(self.ordinal))],
    isoweekday: ['', (_, self) => BigInt(weekdayOf(self.ordinal) + 1)],
    isocalendar: ['', (_, self) => isoCalendar(self.ordinal)],
    isoformat: ['', (_, self) => dateText(dayOf(self.ordinal))],
    toordinal: ['', (_, self) => BigInt(self.ordinal)],
    strftime: ['format', (m, self, [format]) => shownAs(m, self, asText(m, format))],
    ctime: ['', (m, self) => shownAs(m, self, '%a %b %e 00:00:00 %Y')],
    replace: [
      'year=, month=, day=',
      (m, self, [year, month, day]) => {
        const now = dayOf(self.ordinal);
        return date(m, ordinalFrom(m, year ?? BigInt(now.year), month ?? BigInt(now.month), day ?? BigInt(now.day)));
      },
    ],
  },
  statics: {
    min: { type: 'date', ordinal: 1 },
    max: { type: 'date', ordinal: lastOrdinal },
    resolution: { type: 'timedelta', micros: dayMicros },
    today: builtin('today', '', (m) => date(m, ordinalAt(BigInt(m.now()) * 1000n + epochMicros))),
    fromordinal: builtin('fromordinal', 'ordinal, /', (m, [ordinal]) => dateOf(m, ordinal)),
    strptime: builtin('strptime', 'date_string, format, /', (m, [text, format]) =>
      date(m, ordinalAt(strptime(m, asText(m, text), asText(m, format)).local)),
    ),
    fromtimestamp: builtin('fromtimestamp', 'timestamp, /', (m, [timestamp = null]) =>
      date(m, ordinalAt(instantFrom(m, timestamp))),
    ),
    fromisoformat: builtin('fromisoformat', 'date_string, /', (m, [text]) => {
      const read = readIsoDate(asText(m, text));
      return read?.rest === ''
        ? date(m, read.ordinal)
        : raise(m, 'ValueError', `Invalid isoformat string: '${asText(m, text).slice(0, 60)}'`);
    }),
  },
});
