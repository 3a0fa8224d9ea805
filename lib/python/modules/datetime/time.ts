import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { reprOf } from '../../values/protocols.js';
import { isObject } from '../../values/type-of.js';
import type { Value } from '../../values/value.js';
import { asText } from '../../types/arguments.js';
import { builtin, defineClass } from '../../types/define.js';
import { dayMicros } from './calendar.js';
import { clockParts, clockText, two } from './clock-parts.js';
import { foldFrom, microsFrom, timedelta, zoneFrom } from './create.js';
import { readIsoTime } from './iso.js';
import { offsetText } from './offsets.js';
import { strftime } from './strftime.js';
import { strptime } from './strptime.js';
import { fixedZoneName } from './timezone.js';
import type { PyTime } from './values.js';

export function isTime(value: Value): value is PyTime {
  return isObject(value) && value.type === 'time';
}

/** Only a fixed offset is one without a date. */
function offsetOfTime({ zone }: PyTime): bigint | null {
  return zone?.type === 'timezone' ? zone.offset : null;
}

function nameOfZone({ zone }: PyTime): string | null {
  return zone?.type === 'timezone' ? fixedZoneName(zone) : null;
}

/** `isoformat` of a clock time with a precision. @throws ValueError of Python */
export function isoClock(m: Machine, micros: bigint, precision: string): string {
  const { hour, minute, second, microsecond } = clockParts(micros);
  switch (precision) {
    case 'auto':
      return clockText(clockParts(micros));
    case 'hours':
      return two(hour);
    case 'minutes':
      return `${two(hour)}:${two(minute)}`;
    case 'seconds':
      return `${two(hour)}:${two(minute)}:${two(second)}`;
    case 'milliseconds':
      return `${two(hour)}:${two(minute)}:${two(second)}.${String(Math.floor(microsecond / 1000)).padStart(3, '0')}`;
    case 'microseconds':
      return `${two(hour)}:${two(minute)}:${two(second)}.${String(microsecond).padStart(6, '0')}`;
    default:
      return raise(m, 'ValueError', 'Unknown timespec value');
  }
}

/** `12, 30` or `12, 30, 15, 5`: the arguments as `repr` shows them. */
export function clockArguments(micros: bigint): string {
  const { hour, minute, second, microsecond } = clockParts(micros);
  const parts = [
    hour,
    minute,
    ...(second === 0 && microsecond === 0 ? [] : [second]),
    ...(microsecond === 0 ? [] : [microsecond]),
  ];
  return parts.join(', ');
}

function iso(m: Machine, self: PyTime, precision = 'auto'): string {
  const offset = offsetOfTime(self);
  return `${isoClock(m, self.micros, precision)}${offset === null ? '' : offsetText(offset)}`;
}

/** Microseconds since midnight UTC where it has an offset. */
function comparable(self: PyTime): { readonly micros: bigint; readonly isAware: boolean } {
  const offset = offsetOfTime(self);
  return { micros: self.micros - (offset ?? 0n), isAware: offset !== null };
}

export const timeClass = defineClass<PyTime>({
  name: 'time',
  is: isTime,
  construct: [
    'hour=, minute=, second=, microsecond=, tzinfo=, *, fold=',
    (m, [hour, minute, second, microsecond, zone, fold]) => ({
      type: 'time',
      micros: microsFrom(m, hour, minute, second, microsecond),
      zone: zoneFrom(m, zone),
      fold: foldFrom(m, fold),
    }),
  ],
  slots: {
    text: (m, self) => iso(m, self),
    repr: (m, self) =>
      `datetime.time(${clockArguments(self.micros)}${self.zone === null ? '' : `, tzinfo=${reprOf(m, self.zone)}`}${self.fold === 1 ? ', fold=1' : ''})`,
    truth: () => true,
    equals(_, self, other) {
      if (!isTime(other)) return null;
      const [one, two_] = [comparable(self), comparable(other)];
      return one.isAware === two_.isAware && one.micros === two_.micros;
    },
    order(m, operator, self, other) {
      if (!isTime(other)) return null;
      const [one, another] = [comparable(self), comparable(other)];
      if (one.isAware !== another.isAware)
        return raise(m, 'TypeError', "can't compare offset-naive and offset-aware times");
      if (operator === '<') return one.micros < another.micros;
      if (operator === '<=') return one.micros <= another.micros;
      return operator === '>' ? one.micros > another.micros : one.micros >= another.micros;
    },
    hash: (_, self) => `h${comparable(self).isAware}:${comparable(self).micros}`,
    format: (m, self, spec) => (spec === '' ? iso(m, self) : shownAs(m, self, spec)),
  },
  properties: {
    hour: (_, self) => BigInt(clockParts(self.micros).hour),
    minute: (_, self) => BigInt(clockParts(self.micros).minute),
    second: (_, self) => BigInt(clockParts(self.micros).second),
    microsecond: (_, self) => BigInt(clockParts(self.micros).microsecond),
    tzinfo: (_, self) => self.zone,
    fold: (_, self) => BigInt(self.fold),
  },
  methods: {
    isoformat: ['timespec=', (m, self, [precision = 'auto']) => iso(m, self, asText(m, precision))],
    strftime: ['format', (m, self, [format]) => shownAs(m, self, asText(m, format))],
    utcoffset: [
      '',
      (m, self) => {
        const offset = offsetOfTime(self);
        return offset === null ? null : timedelta(m, offset);
      },
    ],
    tzname: ['', (_, self) => nameOfZone(self)],
    replace: [
      'hour=, minute=, second=, microsecond=, tzinfo=, *, fold=',
      (m, self, [hour, minute, second, microsecond, zone, fold]) => {
        const now = clockParts(self.micros);
        return {
          type: 'time',
          micros: microsFrom(
            m,
            hour ?? BigInt(now.hour),
            minute ?? BigInt(now.minute),
            second ?? BigInt(now.second),
            microsecond ?? BigInt(now.microsecond),
          ),
          zone: zone === undefined ? self.zone : zoneFrom(m, zone),
          fold: fold === undefined ? self.fold : foldFrom(m, fold),
        };
      },
    ],
  },
  statics: {
    resolution: { type: 'timedelta', micros: 1n },
    min: { type: 'time', micros: 0n, zone: null, fold: 0 },
    max: { type: 'time', micros: dayMicros - 1n, zone: null, fold: 0 },
    strptime: builtin('strptime', 'date_string, format, /', (m, [text, format]) => {
      const { local, zone } = strptime(m, asText(m, text), asText(m, format));
      return { type: 'time', micros: local % dayMicros, zone, fold: 0 };
    }),
    fromisoformat: builtin('fromisoformat', 'time_string, /', (m, [text]) => {
      const read = readIsoTime(asText(m, text).replace(/^T/, ''));
      if (read === null) return raise(m, 'ValueError', `Invalid isoformat string: '${asText(m, text).slice(0, 60)}'`);
      return { type: 'time', micros: read.micros, zone: read.zone, fold: 0 };
    }),
  },
});

function shownAs(m: Machine, self: PyTime, format: string): string {
  return strftime(m, format, {
    ordinal: 693_596,
    micros: self.micros,
    offset: offsetOfTime(self),
    zoneName: nameOfZone(self),
  });
}
