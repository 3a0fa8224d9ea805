import { DateTime, IANAZone } from 'luxon';

/** Time as the kit sees it; tests put their own in its place. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = Object.freeze({ now: () => Date.now() });

/** A wall-clock time and the IANA zone it is meant in, e.g. `{ local: '2026-12-31 23:59:59', zone: 'Asia/Jakarta' }`. */
export interface LocalTime {
  readonly local: string;
  readonly zone: string;
}

/** An instant: milliseconds since 1970, a `Date`, an ISO 8601 text with offset or `Z`, or a local time with its zone. */
export type When = number | Date | string | LocalTime;

const offset = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Milliseconds since 1970 of `when`, or a sentence that says what is wrong with it.
 * A text without an offset is refused: it would mean another instant on every machine.
 * A local time that daylight saving skips moves forward; one that happens twice means the first.
 * A date alone means the end of that day there, so the answer is the first instant of the day after.
 */
export function instantOf(when: When): { readonly at: number } | { readonly problem: string } {
  if (typeof when === 'number') return Number.isSafeInteger(when) ? { at: when } : { problem: 'is not a whole number of milliseconds' };
  if (when instanceof Date) return Number.isNaN(when.getTime()) ? { problem: 'is an invalid Date' } : { at: when.getTime() };
  if (typeof when === 'string') {
    if (!offset.test(when) || !/T|\d \d/.test(when)) return { problem: `'${when}' names no zone: write it with Z or an offset, or as { local, zone }` };
    return read(when, 'utc');
  }
  if (!IANAZone.isValidZone(when.zone)) return { problem: `'${when.zone}' is not an IANA time zone` };
  return read(when.local, when.zone);
}

function read(text: string, zone: string): { at: number } | { problem: string } {
  const parsed = /T/i.test(text) ? DateTime.fromISO(text, { zone }) : DateTime.fromSQL(text, { zone });
  if (!parsed.isValid) return { problem: `'${text}' is not a date and time` };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { at: parsed.plus({ days: 1 }).startOf('day').toMillis() };
  return { at: parsed.toMillis() };
}

/** An instant in words for a person: the date and time in `zone`, in the manner of `locale`. */
export function describeInstant(at: number, zone: string, locale: string): string {
  return DateTime.fromMillis(at, { zone, locale }).toLocaleString(DateTime.DATETIME_MED);
}
