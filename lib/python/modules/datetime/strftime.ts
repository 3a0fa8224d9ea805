import type { Machine } from '../../run/machine.js';
import { dayOf, epochMicros, isoWeekOf, months, ordinalOf, weekdayOf, weekdays } from './calendar.js';
import { clockParts } from './clock-parts.js';
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

interface NumberPart {
  readonly number: number | bigint;
  /** Its usual width, and what fills it. */
  readonly width: number;
  readonly fill: '0' | ' ';
}

interface WordsPart {
  readonly words: string;
  /** What the flag `#` makes of them. */
  readonly turned: 'upper' | 'lower';
}

type Part = NumberPart | WordsPart | { readonly format: string };

/** Flags, a width, and the `E` and `O` that change nothing in the C locale. */
const directives = /%(?<flags>[-_0^#]*)(?<width>\d{0,2})(?:[EO](?=[a-zA-Z]))?(?<name>:z|[^])/gu;

/** `strftime`, in the C locale, as CPython has it on Linux: what is no directive stays as it is written. */
export function strftime(m: Machine, format: string, shown: Shown): string {
  m.visit(format.length);
  const text = format.replaceAll(directives, (written: string, ...found: unknown[]) => {
    const { flags = '', width = '', name = '' } = groupsIn(found.at(-1));
    const part = partOf(name, shown);
    if (part === null) return written;
    if ('number' in part) return numberText(part, flags, width);
    return filled('format' in part ? again(m, part.format, shown, flags) : wordsText(part, flags), flags, width);
  });
  m.allocateText(text.length);
  return text;
}

function groupsIn(found: unknown): Readonly<Record<string, string>> {
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

function again(m: Machine, format: string, shown: Shown, flags: string): string {
  const text = strftime(m, format, shown);
  return flags.includes('^') ? text.toUpperCase() : text;
}

function numberText({ number, width, fill }: NumberPart, flags: string, wide: string): string {
  const text = String(number);
  const last = flags.replaceAll(/[^-_0]/g, '').at(-1);
  if (last === '-') return text;
  return text.padStart(wide === '' ? width : Number(wide), last === '_' ? ' ' : last === '0' ? '0' : fill);
}

function wordsText({ words, turned }: WordsPart, flags: string): string {
  if (flags.includes('^')) return words.toUpperCase();
  if (!flags.includes('#')) return words;
  return turned === 'upper' ? words.toUpperCase() : words.toLowerCase();
}

function filled(text: string, flags: string, width: string): string {
  return flags.includes('-') ? text : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
}

const zeros = (number: number, width = 2): Part => ({ number, width, fill: '0' });
const blanks = (number: number): Part => ({ number, width: 2, fill: ' ' });
const name = (words: string | undefined): Part => ({ words: words ?? '', turned: 'upper' });
const mark = (words: string): Part => ({ words, turned: 'lower' });

/** What a directive shows; `null`: it is none. */
function partOf(directive: string, shown: Shown): Part | null {
  const composed = formats.get(directive);
  return composed === undefined ? (dayPart(directive, shown) ?? clockPart(directive, shown)) : { format: composed };
}

const formats: ReadonlyMap<string, string> = new Map([
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['x', '%m/%d/%y'],
  ['D', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
  ['T', '%H:%M:%S'],
  ['r', '%I:%M:%S %p'],
  ['F', '%Y-%m-%d'],
  ['R', '%H:%M'],
]);

function dayPart(directive: string, { ordinal }: Shown): Part | null {
  const { year, month, day } = dayOf(ordinal);
  const weekday = weekdayOf(ordinal);
  const dayOfYear = ordinal - ordinalOf({ year, month: 1, day: 1 }) + 1;
  switch (directive) {
    case 'Y':
      return zeros(year, 4);
    case 'C':
      return zeros(Math.floor(year / 100));
    case 'y':
      return zeros(year % 100);
    case 'm':
      return zeros(month);
    case 'd':
      return zeros(day);
    case 'e':
      return blanks(day);
    case 'j':
      return zeros(dayOfYear, 3);
    case 'a':
      return name(weekdays[weekday]?.slice(0, 3));
    case 'A':
      return name(weekdays[weekday]);
    case 'b':
    case 'h':
      return name(months[month - 1]?.slice(0, 3));
    case 'B':
      return name(months[month - 1]);
    case 'w':
      return zeros((weekday + 1) % 7, 1);
    case 'u':
      return zeros(weekday + 1, 1);
    case 'U':
      return zeros(Math.floor((dayOfYear + 6 - ((weekday + 1) % 7)) / 7));
    case 'W':
      return zeros(Math.floor((dayOfYear + 6 - weekday) / 7));
    case 'G':
      return zeros(isoWeekOf(ordinal).year, 4);
    case 'g':
      return zeros(isoWeekOf(ordinal).year % 100);
    case 'V':
      return zeros(isoWeekOf(ordinal).week);
    default:
      return null;
  }
}

function clockPart(directive: string, { ordinal, micros, offset, zoneName }: Shown): Part | null {
  const { hour, minute, second, microsecond } = clockParts(micros);
  const half = hour % 12 === 0 ? 12 : hour % 12;
  switch (directive) {
    case '%':
      return mark('%');
    case 'n':
      return mark('\n');
    case 't':
      return mark('\t');
    case 'H':
      return zeros(hour);
    case 'k':
      return blanks(hour);
    case 'I':
      return zeros(half);
    case 'l':
      return blanks(half);
    case 'p':
      return mark(hour < 12 ? 'AM' : 'PM');
    case 'P':
      return mark(hour < 12 ? 'am' : 'pm');
    case 'M':
      return zeros(minute);
    case 'S':
      return zeros(second);
    case 'f':
      return zeros(microsecond, 6);
    case 's':
      // The server's zone is UTC here, and the clock's hands count, whatever the zone of the time.
      return {
        number: BigInt(ordinal - 1) * 86_400n + micros / 1_000_000n - epochMicros / 1_000_000n,
        width: 1,
        fill: '0',
      };
    case 'z':
      return mark(offset === null ? '' : offsetText(offset, ''));
    case ':z':
      return mark(offset === null ? '' : offsetText(offset));
    case 'Z':
      return mark(zoneName ?? '');
    default:
      return null;
  }
}
