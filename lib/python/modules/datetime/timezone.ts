import { zoneOffsets } from '../../../base/clock.js';
import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { reprOf } from '../../values/protocols.js';
import { isObject } from '../../values/type-of.js';
import type { Value } from '../../values/value.js';
import { asText } from '../../types/arguments.js';
import { defineClass } from '../../types/define.js';
import { dayMicros } from './calendar.js';
import { timedelta } from './create.js';
import { offsetOf, offsetText } from './offsets.js';
import { isTimeDelta } from './timedelta.js';
import type { PyDateTime, PyTimezone, PyZone } from './values.js';
import { zoneLetters } from './zone-letters.js';

function isTimezone(value: Value): value is PyTimezone {
  return isObject(value) && value.type === 'timezone';
}

function isZoneInfo(value: Value): value is PyZone {
  return isObject(value) && value.type === 'zoneinfo';
}

const minuteMicros = 60_000_000n;

export const utc: PyTimezone = { type: 'timezone', offset: 0n, name: null };

export function fixedZoneName({ offset, name }: PyTimezone): string {
  return name ?? (offset === 0n ? 'UTC' : `UTC${offsetText(offset)}`);
}

export const timezoneClass = defineClass<PyTimezone>({
  name: 'timezone',
  bases: ['tzinfo'],
  is: isTimezone,
  construct: [
    'offset, name=',
    (m, [offset = null, name]) => {
      if (!isTimeDelta(offset)) return raise(m, 'TypeError', 'timezone() argument 1 must be datetime.timedelta');
      if (offset.micros <= -dayMicros || offset.micros >= dayMicros)
        return raise(
          m,
          'ValueError',
          'offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)',
        );
      return { type: 'timezone', offset: offset.micros, name: name === undefined ? null : asText(m, name) };
    },
  ],
  slots: {
    text: (_, self) => fixedZoneName(self),
    repr(m, self) {
      if (self.offset === 0n && self.name === null) return 'datetime.timezone.utc';
      const shown = reprOf(m, timedelta(m, self.offset));
      return `datetime.timezone(${shown}${self.name === null ? '' : `, ${reprOf(m, self.name)}`})`;
    },
    equals: (_, self, other) => (isTimezone(other) ? self.offset === other.offset : null),
    hash: (_, self) => `y${self.offset}`,
  },
  methods: {
    utcoffset: ['dt, /', (m, self) => timedelta(m, self.offset)],
    tzname: ['dt, /', (_, self) => fixedZoneName(self)],
  },
  statics: {
    utc,
    min: { type: 'timezone', offset: minuteMicros - dayMicros, name: null },
    max: { type: 'timezone', offset: dayMicros - minuteMicros, name: null },
  },
});

export const zoneInfoClass = defineClass<PyZone>({
  name: 'ZoneInfo',
  bases: ['tzinfo'],
  is: isZoneInfo,
  construct: ['key', (m, [key]) => zoneInfo(m, asText(m, key))],
  slots: {
    text: (_, self) => self.key,
    repr: (m, self) => `zoneinfo.ZoneInfo(key=${reprOf(m, self.key)})`,
    equals: (_, self, other) => (isZoneInfo(other) ? self.key === other.key : null),
    hash: (_, self) => `w${self.key}`,
  },
  properties: { key: (_, self) => self.key },
  methods: {
    utcoffset: [
      'dt, /',
      (m, self, [time = null]) => {
        if (!isObject(time) || time.type !== 'datetime') return null;
        return timedelta(m, offsetOf({ ...time, zone: self }) ?? 0n);
      },
    ],
    tzname: [
      'dt, /',
      (_, self, [time = null]) =>
        isObject(time) && time.type === 'datetime' ? zoneName({ ...time, zone: self }) : null,
    ],
  },
});

/** The base of both; it is only a name. */
export const tzinfoClass = defineClass<PyTimezone | PyZone>({
  name: 'tzinfo',
  is: (value): value is PyTimezone | PyZone => isTimezone(value) || isZoneInfo(value),
});

/** One object for each zone, as in Python: times of the same object are compared by their clocks. */
const zones = new Map<string, PyZone>();

function zoneInfo(m: Machine, key: string): Value {
  m.step(16);
  const known = zones.get(key);
  if (known !== undefined) return known;
  const offsetAt = zoneOffsets(key);
  if (offsetAt === null) return raise(m, 'ZoneInfoNotFoundError', `No time zone found with key ${key}`);
  const zone: PyZone = { type: 'zoneinfo', key, offsetAt };
  zones.set(key, zone);
  return zone;
}

/** The name of the zone at a time, as `%Z` shows it: its letters, or the offset where it has none; `null`: no zone. */
export function zoneName(time: PyDateTime): string | null {
  const { zone } = time;
  if (zone === null) return null;
  if (zone.type === 'timezone') return fixedZoneName(zone);
  const offset = offsetOf(time) ?? 0n;
  return zoneLetters(zone.key, Number(offset / 60_000_000n)) ?? offsetText(offset, '').replace(/00$/, '');
}
