import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { isObject } from '../../values/type-of.js';
import { reprOf } from '../../values/protocols.js';
import { trueDivision } from '../../operators/integers.js';
import type { Slots } from '../../values/class.js';
import type { Value } from '../../values/value.js';
import { asText } from '../../types/arguments.js';
import { builtin, defineClass } from '../../types/define.js';
import { dayMicros, endMicros, epochMicros, weekdayOf } from './calendar.js';
import { clockParts, dateText, dayAt, ordinalAt } from './clock-parts.js';
import { date, datetime, foldFrom, microsFrom, ordinalFrom, timedelta, zoneFrom } from './create.js';
import { dateOf, isDate, isoCalendar } from './date.js';
import { instantFrom } from './instant.js';
import { readIsoDateTime } from './iso.js';
import { fromUtc, isSameZone, offsetOf, offsetText, utcOf } from './offsets.js';
import { strftime } from './strftime.js';
import { strptime } from './strptime.js';
import { clockArguments, isoClock, isTime } from './time.js';
import { isTimeDelta } from './timedelta.js';
import { utc, zoneName } from './timezone.js';
import type { PyDateTime } from './values.js';

function isDateTime(value: Value): value is PyDateTime {
  return isObject(value) && value.type === 'datetime';
}

function iso(m: Machine, self: PyDateTime, separator = 'T', precision = 'auto'): string {
  const offset = offsetOf(self);
  const clock = isoClock(m, self.local % dayMicros, precision);
  return `${dateText(dayAt(self.local))}${separator}${clock}${offset === null ? '' : offsetText(offset)}`;
}

function shownAs(m: Machine, self: PyDateTime, format: string): string {
  return strftime(m, format, {
    ordinal: ordinalAt(self.local),
    micros: self.local % dayMicros,
    offset: offsetOf(self),
    zoneName: zoneName(self),
  });
}

/** PEP 495: a time whose offset depends on `fold` equals none of another zone. */
function isAmbiguous(self: PyDateTime): boolean {
  return offsetOf({ ...self, fold: 0 }) !== offsetOf({ ...self, fold: 1 });
}

/** The difference of two times; `null`: only one has a zone. */
function difference(self: PyDateTime, other: PyDateTime): bigint | null {
  if (isSameZone(self.zone, other.zone)) return self.local - other.local;
  if (self.zone === null || other.zone === null) return null;
  return utcOf(self) - utcOf(other);
}

const slots: Slots<PyDateTime> = {
  text: (m, self) => iso(m, self, ' '),
  repr(m, self) {
    const { year, month, day } = dayAt(self.local);
    const zone = self.zone === null ? '' : `, tzinfo=${reprOf(m, self.zone)}`;
    return `datetime.datetime(${year}, ${month}, ${day}, ${clockArguments(self.local % dayMicros)}${self.fold === 1 ? ', fold=1' : ''}${zone})`;
  },
  equals(_, self, other) {
    if (!isDateTime(other)) return isDate(other) ? false : null;
    const apart = difference(self, other);
    if (apart !== 0n) return false;
    return isSameZone(self.zone, other.zone) || !(isAmbiguous(self) || isAmbiguous(other));
  },
  order(m, operator, self, other) {
    if (!isDateTime(other)) return null;
    const apart = difference(self, other);
    if (apart === null) return raise(m, 'TypeError', "can't compare offset-naive and offset-aware datetimes");
    if (operator === '<') return apart < 0n;
    if (operator === '<=') return apart <= 0n;
    return operator === '>' ? apart > 0n : apart >= 0n;
  },
  hash: (_, self) => (self.zone === null ? `D${self.local}` : `d${utcOf({ ...self, fold: 0 })}`),
  binary(m, operator, self, other) {
    if (isTimeDelta(other) && operator === '+') return datetime(m, self.local + other.micros, self.zone);
    if (isTimeDelta(other) && operator === '-') return datetime(m, self.local - other.micros, self.zone);
    if (!isDateTime(other) || operator !== '-') return undefined;
    const apart = difference(self, other);
    return apart === null
      ? raise(m, 'TypeError', "can't subtract offset-naive and offset-aware datetimes")
      : timedelta(m, apart);
  },
  reflected: (m, operator, self, other) =>
    operator === '+' && isTimeDelta(other) ? datetime(m, self.local + other.micros, self.zone) : undefined,
  format: (m, self, spec) => (spec === '' ? iso(m, self, ' ') : shownAs(m, self, spec)),
};

const parts = 'year=, month=, day=, hour=, minute=, second=, microsecond=, tzinfo=, *, fold=';

function nowIn(m: Machine, zone: Value | undefined): Value {
  const micros = BigInt(Math.trunc(m.now())) * 1000n + epochMicros;
  const tz = zoneFrom(m, zone);
  return tz === null ? datetime(m, micros, null) : fromUtc(m, micros, tz);
}

export const datetimeClass = defineClass<PyDateTime>({
  name: 'datetime',
  bases: ['date'],
  is: isDateTime,
  construct: [
    'year, month, day, hour=, minute=, second=, microsecond=, tzinfo=, *, fold=',
    (m, [year, month, day, hour, minute, second, microsecond, zone, fold]) => {
      const ordinal = ordinalFrom(m, year, month, day);
      const micros = microsFrom(m, hour, minute, second, microsecond);
      return datetime(m, BigInt(ordinal - 1) * dayMicros + micros, zoneFrom(m, zone), foldFrom(m, fold));
    },
  ],
  slots,
  properties: {
    year: (_, self) => BigInt(dayAt(self.local).year),
    month: (_, self) => BigInt(dayAt(self.local).month),
    day: (_, self) => BigInt(dayAt(self.local).day),
    hour: (_, self) => BigInt(clockParts(self.local).hour),
    minute: (_, self) => BigInt(clockParts(self.local).minute),
    second: (_, self) => BigInt(clockParts(self.local).second),
    microsecond: (_, self) => BigInt(clockParts(self.local).microsecond),
    tzinfo: (_, self) => self.zone,
    fold: (_, self) => BigInt(self.fold),
  },
  methods: {
    date: ['', (m, self) => date(m, ordinalAt(self.local))],
    time: ['', (_, self) => ({ type: 'time', micros: self.local % dayMicros, zone: null, fold: self.fold })],
    timetz: ['', (_, self) => ({ type: 'time', micros: self.local % dayMicros, zone: self.zone, fold: self.fold })],
    weekday: ['', (_, self) => BigInt(weekdayOf(ordinalAt(self.local)))],
    isoweekday: ['', (_, self) => BigInt(weekdayOf(ordinalAt(self.local)) + 1)],
    isocalendar: ['', (_, self) => isoCalendar(ordinalAt(self.local))],
    toordinal: ['', (_, self) => BigInt(ordinalAt(self.local))],
    isoformat: [
      'sep=, timespec=',
      (m, self, [separator = 'T', precision = 'auto']) => iso(m, self, asText(m, separator), asText(m, precision)),
    ],
    strftime: ['format', (m, self, [format]) => shownAs(m, self, asText(m, format))],
    ctime: ['', (m, self) => shownAs(m, self, '%a %b %e %H:%M:%S %Y')],
    utcoffset: [
      '',
      (m, self) => {
        const offset = offsetOf(self);
        return offset === null ? null : timedelta(m, offset);
      },
    ],
    tzname: ['', (_, self) => zoneName(self)],
    timestamp: ['', (m, self) => trueDivision(m, utcOf(self) - epochMicros, 1_000_000n)],
    astimezone: ['tz=', (m, self, [zone]) => fromUtc(m, utcOf(self), zoneFrom(m, zone) ?? utc)],
    replace: [
      parts,
      (m, self, [year, month, day, hour, minute, second, microsecond, zone, fold]) => {
        const [today, now] = [dayAt(self.local), clockParts(self.local)];
        const ordinal = ordinalFrom(
          m,
          year ?? BigInt(today.year),
          month ?? BigInt(today.month),
          day ?? BigInt(today.day),
        );
        const micros = microsFrom(
          m,
          hour ?? BigInt(now.hour),
          minute ?? BigInt(now.minute),
          second ?? BigInt(now.second),
          microsecond ?? BigInt(now.microsecond),
        );
        const tz = zone === undefined ? self.zone : zoneFrom(m, zone);
        return datetime(
          m,
          BigInt(ordinal - 1) * dayMicros + micros,
          tz,
          fold === undefined ? self.fold : foldFrom(m, fold),
        );
      },
    ],
  },
  statics: {
    min: { type: 'datetime', local: 0n, zone: null, fold: 0 },
    max: { type: 'datetime', local: endMicros - 1n, zone: null, fold: 0 },
    resolution: { type: 'timedelta', micros: 1n },
    now: builtin('now', 'tz=', (m, [zone]) => nowIn(m, zone)),
    utcnow: builtin('utcnow', '', (m) => nowIn(m, undefined)),
    today: builtin('today', '', (m) => nowIn(m, undefined)),
    fromtimestamp: builtin('fromtimestamp', 'timestamp, tz=', (m, [timestamp = null, zone]) => {
      const tz = zoneFrom(m, zone);
      const instant = instantFrom(m, timestamp);
      return tz === null ? datetime(m, instant, null) : fromUtc(m, instant, tz);
    }),
    utcfromtimestamp: builtin('utcfromtimestamp', 'timestamp, /', (m, [timestamp = null]) =>
      datetime(m, instantFrom(m, timestamp), null),
    ),
    fromordinal: builtin('fromordinal', 'ordinal, /', (m, [ordinal]) =>
      datetime(m, BigInt(dateOf(m, ordinal).ordinal - 1) * dayMicros, null),
    ),
    strptime: builtin('strptime', 'date_string, format, /', (m, [text, format]) =>
      strptime(m, asText(m, text), asText(m, format)),
    ),
    fromisoformat: builtin('fromisoformat', 'date_string, /', (m, [text]) => readIsoDateTime(m, asText(m, text))),
    combine: builtin('combine', 'date, time, tzinfo=', (m, [day = null, time = null, zone]) => {
      const ordinal = isDate(day) ? day.ordinal : isDateTime(day) ? ordinalAt(day.local) : null;
      if (ordinal === null || !isTime(time)) return raise(m, 'TypeError', 'combine() needs a date and a time');
      return datetime(
        m,
        BigInt(ordinal - 1) * dayMicros + time.micros,
        zone === undefined ? time.zone : zoneFrom(m, zone),
        time.fold,
      );
    }),
  },
});
