/** Python's proleptic Gregorian calendar. Day 1 is the first of year 1. */

const epoch = 719_163;
const dayMilliseconds = 86_400_000;

export const lastOrdinal = 3_652_059;
export const dayMicros = 86_400_000_000n;
/** Microseconds from year 1 to 1970. */
export const epochMicros = BigInt(epoch - 1) * dayMicros;
export const endMicros = BigInt(lastOrdinal) * dayMicros;

export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function ordinalOf({ year, month, day }: CalendarDay): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / dayMilliseconds + epoch;
}

export function dayOf(ordinal: number): CalendarDay {
  const date = new Date((ordinal - epoch) * dayMilliseconds);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function daysInMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

/** Monday is 0. */
export function weekdayOf(ordinal: number): number {
  return (ordinal + 6) % 7;
}

/** The year and week of ISO 8601, whose weeks begin on Mondays. */
export function isoWeekOf(ordinal: number): { readonly year: number; readonly week: number } {
  const { year } = dayOf(ordinal - weekdayOf(ordinal) + 3);
  return { year, week: Math.floor((ordinal - firstMonday(year)) / 7) + 1 };
}

/** The Monday of the first week of ISO 8601. */
export function firstMonday(year: number): number {
  const fourth = ordinalOf({ year, month: 1, day: 4 });
  return fourth - weekdayOf(fourth);
}

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
