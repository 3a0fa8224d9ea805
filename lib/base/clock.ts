import { DateTime, IANAZone } from 'luxon';

/** The kit's source of time. Tests pass their own. */
export interface EnrollmentClock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: EnrollmentClock = Object.freeze({ now: () => Date.now() });

/** A wall-clock time and its IANA zone, e.g. `{ local: '2026-12-31 23:59:59', zone: 'Asia/Jakarta' }`. */
interface LocalTime {
  readonly local: string;
  readonly zone: string;
}

/** An instant: milliseconds since 1970, a `Date`, an ISO 8601 text with offset or `Z`, or a local time with its zone. */
export type When = number | Date | string | LocalTime;

const day = String.raw`\d{4}-\d{2}-\d{2}`;
const time = String.raw`\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?`;
const withOffset = new RegExp(String.raw`^${day}[T ]${time} ?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$`, 'i');
const withoutOffset = new RegExp(`^${day}(?:[T ]${time})?$`, 'i');
// The last instant that a Date can hold (ECMA-262, 21.4.1.1).
const endOfTime = 8.64e15;

/**
 * Returns `when` in milliseconds since 1970, or a sentence that says what is wrong with it.
 * A text without an offset is refused: it would mean another instant on every machine.
 * A local time that daylight saving skips moves forward; one that happens twice means the first.
 * A date alone means the end of that day in its zone: the result is the first instant of the next day.
 */
export function instantOf(when: When): { readonly at: number } | { readonly problem: string } {
  if (typeof when === 'number')
    return isInstant(when)
      ? { at: when }
      : { problem: 'is not a whole number of milliseconds within the time a Date can hold' };
  if (when instanceof Date)
    return Number.isNaN(when.getTime()) ? { problem: 'is an invalid Date' } : { at: when.getTime() };
  if (typeof when === 'string') {
    if (!withOffset.test(when))
      return {
        problem: `'${shortened(when)}' is not a date and time with its zone: write it with Z or an offset, or as { local, zone }`,
      };
    return read(when, 'utc');
  }
  if (!isZone(when.zone)) return { problem: `'${shortened(when.zone)}' is not an IANA time zone` };
  if (!withoutOffset.test(when.local))
    return { problem: `'${shortened(when.local)}' is not a local date and time as 2026-12-31 23:59:59` };
  return read(when.local, when.zone);
}

/** Why `value` is no instant; `null` when it is one. */
export function instantProblem(value: unknown): string | null {
  const read = isWhen(value)
    ? instantOf(value)
    : { problem: 'is not an instant: give milliseconds, a Date, a text with offset, or { local, zone }' };
  return 'problem' in read ? read.problem : null;
}

/** True for a value of the right shape; `instantOf` says whether it is an instant. */
export function isWhen(value: unknown): value is When {
  if (typeof value === 'number' || typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  return (
    Object.prototype.toString.call(value) === '[object Date]' ||
    ('local' in value && typeof value.local === 'string' && 'zone' in value && typeof value.zone === 'string')
  );
}

const units = new Map([
  ['h', 'hours'],
  ['d', 'days'],
  ['w', 'weeks'],
] as const);

/**
 * `'36h'`, `'7d'` or `'2w'` after `now`, in milliseconds since 1970; days and weeks follow the calendar of `zone`.
 * Returns `null` for any other text.
 */
export function laterBy(now: number, time: string, zone: string): number | null {
  const [, count, letter] = /^([1-9]\d{0,3})([hdw])$/.exec(time) ?? [];
  const unit = letter === 'h' || letter === 'd' || letter === 'w' ? units.get(letter) : undefined;
  if (count === undefined || unit === undefined) return null;
  const later = DateTime.fromMillis(now, { zone }).plus({ [unit]: Number(count) });
  return later.isValid ? later.toMillis() : null;
}

/** Rows of a file often have the same end, and a lookup in a zone takes half a millisecond. */
const recent = new Map<string, { at: number } | { problem: string }>();
const mostRecent = 100;

function read(text: string, zone: string): { at: number } | { problem: string } {
  if (zone === 'utc') return parse(text, zone);
  const key = `${zone} ${text}`;
  const known = recent.get(key);
  if (known !== undefined) return known;
  if (recent.size >= mostRecent) recent.clear();
  const found = parse(text, zone);
  recent.set(key, found);
  return found;
}

function parse(text: string, zone: string): { at: number } | { problem: string } {
  const iso = text.toUpperCase().replace(' ', 'T').replace(' ', '');
  const parsed = DateTime.fromISO(iso, { zone });
  if (!parsed.isValid) return { problem: `'${text}' is not a date and time` };
  return { at: earliest(iso.includes('T') ? parsed : parsed.plus({ days: 1 }).startOf('day')) };
}

/**
 * Luxon resolves a time that happens twice with the zone's offset at the time of the call, so the result changes with
 * the season (moment/luxon#1665). This function always returns the first one.
 */
function earliest(time: DateTime): number {
  return Math.min(...time.getPossibleOffsets().map((possible) => possible.toMillis()));
}

function isInstant(milliseconds: number): boolean {
  return Number.isInteger(milliseconds) && Math.abs(milliseconds) <= endOfTime;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** True for a date that the calendar has: `2026-02-28`, not `2026-02-29`. */
export function isCalendarDate(iso: string): boolean {
  return DateTime.fromISO(iso, { zone: 'utc' }).isValid;
}

/** Every question costs Intl a formatter. */
const knownZones = new Set<string>();
const mostZones = 1000;

/** True for the name of an IANA time zone, such as `Asia/Jakarta`; `UTC` is one. */
export function isZone(name: string): boolean {
  // Some versions of Node accept '+07:00' as the name of a zone, some do not.
  if (knownZones.has(name)) return true;
  const isKnown = /^[a-z]/i.test(name) && IANAZone.isValidZone(name);
  if (isKnown && knownZones.size < mostZones) knownZones.add(name);
  return isKnown;
}

/**
 * A local time such as `2026-12-31T18:30:00` with the offset that the zone has then; of a time that happens twice, the
 * first. `null` for a time that daylight saving skips.
 * @throws RangeError for a name that is no zone
 */
export function offsetTimeIn(local: string, zone: string): string | null {
  if (!isZone(zone)) throw new RangeError(`'${shortened(zone)}' is not an IANA time zone`);
  const parsed = DateTime.fromISO(local, { zone });
  if (!parsed.isValid || parsed.toFormat("yyyy-MM-dd'T'HH:mm:ss") !== local) return null;
  return DateTime.fromMillis(earliest(parsed), { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");
}

/** The local time of an ISO text with its offset, as `2026-12-31T18:30:00`; `null` for any other text. */
export function localIn(text: string, zone: string): string | null {
  if (!withOffset.test(text)) return null;
  const parsed = DateTime.fromISO(text, { zone });
  return parsed.isValid ? parsed.toFormat("yyyy-MM-dd'T'HH:mm:ss") : null;
}

/**
 * The offset from UTC in minutes that a zone has at an instant, in milliseconds since 1970; `null` for a name that is
 * no zone.
 */
export function zoneOffsets(name: string): ((instant: number) => number) | null {
  // Luxon keeps zones that it has created; `isValidZone` would build a formatter for each call.
  const zone = /^[a-z]/i.test(name) ? IANAZone.create(name) : null;
  return zone?.isValid === true ? (instant) => zone.offset(instant) : null;
}
