import { dayMicros, dayOf, type CalendarDay } from './calendar.js';

interface ClockParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

export function clockParts(micros: bigint): ClockParts {
  const inDay = Number(micros % dayMicros);
  const seconds = Math.floor(inDay / 1_000_000);
  return {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    microsecond: inDay % 1_000_000,
  };
}

export function ordinalAt(local: bigint): number {
  return Number(local / dayMicros) + 1;
}

export function dayAt(local: bigint): CalendarDay {
  return dayOf(ordinalAt(local));
}

export function two(value: number): string {
  return String(value).padStart(2, '0');
}

export function dateText({ year, month, day }: CalendarDay): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `12:30:00`, with microseconds where there are some. */
export function clockText({ hour, minute, second, microsecond }: ClockParts): string {
  const fraction = microsecond === 0 ? '' : `.${String(microsecond).padStart(6, '0')}`;
  return `${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
}
