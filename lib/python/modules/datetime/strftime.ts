import type { Machine } from '../../run/machine.js';
import { raise } from '../../run/raise.js';
import { dayOf, isoWeekOf, months, ordinalOf, weekdayOf, weekdays } from './calendar.js';
import { clockParts, two } from './clock-parts.js';
import { offsetText } from './offsets.js';

/** What a format shows. */
interface Shown {
  readonly ordinal: number;
  /** Microseconds since midnight. */
  readonly micros: bigint;
  /** `null`: without a zone. */
  readonly offset: bigint | null;
  readonly zoneName: string | null;
}

/** `strftime`, in the C locale. @throws ValueError of Python for a directive that is not supported */
export function strftime(m: Machine, format: string, shown: Shown): string {
  m.visit(format.length);
  const text = format.replaceAll(/%(:z|[^])/g, (_all, directive: string) => directiveText(m, directive, shown));
  m.allocateText(text.length);
  return text;
}

function directiveText(m: Machine, directive: string, shown: Shown): string {
  const { year, month, day } = dayOf(shown.ordinal);
  const { hour, minute, second, microsecond } = clockParts(shown.micros);
  const weekday = weekdayOf(shown.ordinal);
  const dayOfYear = shown.ordinal - ordinalOf({ year, month: 1, day: 1 }) + 1;
  const again = (format: string): string => strftime(m, format, shown);
  switch (directive) {
    case '%':
      return '%';
    case 'Y':
      return String(year).padStart(4, '0');
    case 'y':
      return two(year % 100);
    case 'm':
      return two(month);
    case 'd':
      return two(day);
    case 'e':
      return String(day).padStart(2, ' ');
    case 'H':
      return two(hour);
    case 'I':
      return two(hour % 12 === 0 ? 12 : hour % 12);
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'M':
      return two(minute);
    case 'S':
      return two(second);
    case 'f':
      return String(microsecond).padStart(6, '0');
    case 'j':
      return String(dayOfYear).padStart(3, '0');
    case 'a':
      return (weekdays[weekday] ?? '').slice(0, 3);
    case 'A':
      return weekdays[weekday] ?? '';
    case 'b':
    case 'h':
      return (months[month - 1] ?? '').slice(0, 3);
    case 'B':
      return months[month - 1] ?? '';
    case 'w':
      return String((weekday + 1) % 7);
    case 'u':
      return String(weekday + 1);
    case 'U':
      return two(Math.floor((dayOfYear + 6 - ((weekday + 1) % 7)) / 7));
    case 'W':
      return two(Math.floor((dayOfYear + 6 - weekday) / 7));
    case 'G':
      return String(isoWeekOf(shown.ordinal).year).padStart(4, '0');
    case 'V':
      return two(isoWeekOf(shown.ordinal).week);
    case 'c':
      return again('%a %b %e %H:%M:%S %Y');
    case 'x':
    case 'D':
      return again('%m/%d/%y');
    case 'X':
    case 'T':
      return again('%H:%M:%S');
    case 'F':
      return again('%Y-%m-%d');
    case 'R':
      return again('%H:%M');
    case 'z':
      return shown.offset === null ? '' : offsetText(shown.offset, '');
    case ':z':
      return shown.offset === null ? '' : offsetText(shown.offset);
    case 'Z':
      return shown.zoneName ?? '';
    default:
      return raise(m, 'ValueError', `the directive '%${directive}' is not supported`);
  }
}
