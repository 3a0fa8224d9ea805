import type { Machine } from '../../run/machine.js';
import { dayMicros, epochMicros } from './calendar.js';
import { datetime, type Zone } from './create.js';
import type { PyDateTime, PyZone } from './values.js';

function microsAt(zone: PyZone, utc: bigint): bigint {
  return BigInt(Math.round(zone.offsetAt(Number((utc - epochMicros) / 1000n)) * 60)) * 1_000_000n;
}

/** The offset from UTC in microseconds of a wall-clock time; `null`: it has no zone. */
export function offsetOf({ local, zone, fold }: Pick<PyDateTime, 'local' | 'zone' | 'fold'>): bigint | null {
  if (zone === null) return null;
  if (zone.type === 'timezone') return zone.offset;
  const [before, after] = [microsAt(zone, local - dayMicros), microsAt(zone, local + dayMicros)];
  const isBefore = microsAt(zone, local - before) === before;
  if (before === after && isBefore) return before;
  const isAfter = microsAt(zone, local - after) === after;
  // PEP 495: of a time that comes twice, and of one that is skipped, the second reading has fold 1.
  if (isBefore === isAfter) return fold === 1 ? after : before;
  return isBefore ? before : after;
}

/** The wall-clock time of a zone at an instant, in microseconds since year 1. */
export function fromUtc(m: Machine, utc: bigint, zone: Exclude<Zone, null>): PyDateTime {
  const offset = zone.type === 'timezone' ? zone.offset : microsAt(zone, utc);
  const local = utc + offset;
  const first = offsetOf({ local, zone, fold: 0 });
  return datetime(m, local, zone, first !== null && first !== offset ? 1 : 0);
}

/** The instant in microseconds since year 1; a time without a zone counts as UTC. */
export function utcOf(time: PyDateTime): bigint {
  return time.local - (offsetOf(time) ?? 0n);
}

/** `+07:00`, `+07:00:30`; without colons where `separator` is empty. */
export function offsetText(offset: bigint, separator = ':'): string {
  const size = offset < 0n ? -offset : offset;
  const seconds = size / 1_000_000n;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n].map((part) => String(part).padStart(2, '0'));
  if (seconds % 60n !== 0n || size % 1_000_000n !== 0n) parts.push(String(seconds % 60n).padStart(2, '0'));
  const fraction = size % 1_000_000n;
  const rest = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0')}`;
  return `${offset < 0n ? '-' : '+'}${parts.join(separator)}${rest}`;
}

/** True where two zones are the same object of Python: then only the clocks' hands are compared. */
export function isSameZone(one: Zone, other: Zone): boolean {
  if (one === null || other === null) return one === other;
  if (one.type === 'zoneinfo') return other.type === 'zoneinfo' && one.key === other.key;
  return other.type === 'timezone' && one.offset === other.offset && one.name === other.name;
}
