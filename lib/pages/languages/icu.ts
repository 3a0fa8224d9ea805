import { unbrokenDate } from '../../base/date-text.js';
import {
  parse,
  type Content,
  type FunctionArg,
  type Octothorpe,
  type PlainArg,
  type Select,
} from '@messageformat/parser';

/** The values of a message. A date is a time in milliseconds, as `Date.now()` returns it. */
export type MessageValues = Readonly<Record<string, string | number>>;

type Part = Content | PlainArg | FunctionArg | Select | Octothorpe;

/** True for a text with plurals, choices, numbers or dates in ICU syntax: `{days, plural, one {# day} other {# days}}`. */
export function isIcu(text: string): boolean {
  return /\{\s*\w+\s*,/.test(text);
}

/**
 * Compiles a text in ICU syntax for one language.
 * @throws Error for a text that cannot be parsed
 */
export function compileIcu(
  text: string,
  locale: string,
  shown: (value: string | number) => string,
): (values: MessageValues) => string {
  const parts = parse(text, { strictPluralKeys: false });
  const write = writer(locale, shown);
  return (values) => write(parts, values, '#');
}

/** What is wrong with a text in ICU syntax, as the end of a sentence; `null` if nothing is. */
export function icuProblem(text: string, locale: string): string | null {
  try {
    return problemIn(parse(text, categoriesOf(locale)));
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/:$/, '') : String(error);
  }
}

/** The names of the values that a text in ICU syntax takes; empty for one that cannot be parsed. */
export function icuNames(text: string): readonly string[] {
  try {
    return [...new Set(namesIn(parse(text, { strictPluralKeys: false })))];
  } catch {
    return [];
  }
}

const styles: Readonly<Record<string, readonly string[]>> = {
  number: ['', 'integer', 'percent', 'bytes'],
  date: ['', 'short', 'medium', 'long', 'full'],
  time: ['', 'short', 'medium', 'long', 'full'],
};

function writer(
  locale: string,
  shown: (value: string | number) => string,
): (parts: readonly Part[], values: MessageValues, count: string) => string {
  const formats = formatsOf(locale);
  const write = (parts: readonly Part[], values: MessageValues, count: string): string =>
    parts.map((part) => writePart(part, values, count)).join('');

  function writePart(part: Part, values: MessageValues, count: string): string {
    if (part.type === 'content') return part.value;
    if (part.type === 'octothorpe') return count;
    const value = Object.hasOwn(values, part.arg) ? values[part.arg] : undefined;
    if (value === undefined) return `{${part.arg}}`;
    if (part.type === 'argument') return shown(value);
    if (part.type === 'function') return formats.format(part.key, styleOf(part), value);
    if (part.type === 'select') return write(caseOf(part, String(value)), values, count);
    const number = Number(value);
    const exact = part.cases.find(({ key }) => key === `=${String(value)}`);
    const rest = number - (part.pluralOffset ?? 0);
    const tokens = exact?.tokens ?? caseOf(part, formats.category(part.type, rest));
    return write(tokens, values, formats.format('number', '', rest));
  }

  return write;
}

function caseOf(part: Select, key: string): readonly Part[] {
  const found = part.cases.find((one) => one.key === key) ?? part.cases.find((one) => one.key === 'other');
  return found?.tokens ?? [];
}

function styleOf({ param = [] }: FunctionArg): string {
  return param
    .map((part) => (part.type === 'content' ? part.value : ''))
    .join('')
    .trim();
}

type DateStyle = 'short' | 'medium' | 'long' | 'full';

/** Formats of one language, made when a text first needs them: the first one of a process takes milliseconds. */
function formatsOf(locale: string) {
  const made = new Map<string, { format(value: number): string }>();
  const rules = new Map<string, Intl.PluralRules>();

  function create(kind: string, style: string): { format(value: number): string } {
    if (kind === 'number' && style === 'bytes') return sizeFormat(locale);
    // Digits as in codes, addresses and plain values, which are not formatted.
    const numberingSystem = 'latn';
    if (kind === 'number')
      return new Intl.NumberFormat(locale, {
        numberingSystem,
        ...(style === 'percent' ? { style } : {}),
        ...(style === 'integer' ? { maximumFractionDigits: 0 } : {}),
      });
    const length = (style === '' ? 'medium' : style) as DateStyle;
    const format = new Intl.DateTimeFormat(locale, {
      numberingSystem,
      ...(kind === 'time' ? { timeStyle: style === '' ? 'short' : length } : { dateStyle: length }),
    });
    return { format: (at) => unbrokenDate(format.format(at)) };
  }

  return {
    format(kind: string, style: string, value: string | number): string {
      const number = Number(value);
      // A number that is none, and a time out of range, are shown as they are.
      if (!Number.isFinite(number) || (kind !== 'number' && Math.abs(number) > 8.64e15)) return String(value);
      const key = `${kind} ${style}`;
      const format = made.get(key) ?? create(kind, style);
      made.set(key, format);
      return format.format(number);
    },
    category(kind: 'plural' | 'selectordinal', value: number): string {
      const known =
        rules.get(kind) ?? new Intl.PluralRules(locale, { type: kind === 'plural' ? 'cardinal' : 'ordinal' });
      rules.set(kind, known);
      return known.select(value);
    },
  };
}

/** Sizes in decimal units, as storage is sold and file managers show it. Rounded down: a limit is never exceeded. */
function sizeFormat(locale: string): { format(bytes: number): string } {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  return {
    format(bytes) {
      const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
      const options = {
        style: 'unit',
        unit: units[at],
        unitDisplay: at === 0 ? 'long' : 'short',
        numberingSystem: 'latn',
        maximumFractionDigits: 1,
      } as const;
      return new Intl.NumberFormat(locale, options).format(Math.floor((bytes / 1000 ** at) * 10) / 10);
    },
  };
}

function categoriesOf(locale: string) {
  const of = (type: 'cardinal' | 'ordinal') =>
    new Intl.PluralRules(locale, { type }).resolvedOptions().pluralCategories;
  return { cardinal: of('cardinal'), ordinal: of('ordinal') };
}

function problemIn(parts: readonly Part[]): string | null {
  for (const part of parts) {
    const problem = problemOf(part);
    if (problem !== null) return problem;
  }
  return null;
}

function problemOf(part: Part): string | null {
  if (part.type === 'function') {
    const known = Object.hasOwn(styles, part.key) ? styles[part.key] : undefined;
    if (known?.includes(styleOf(part)) === true) return null;
    return `{${part.arg}} has an unknown format: ${[part.key, styleOf(part)].filter(Boolean).join(', ')}`;
  }
  if (part.type === 'content' || part.type === 'argument' || part.type === 'octothorpe') return null;
  if (!part.cases.some(({ key }) => key === 'other')) return `{${part.arg}} has no case "other"`;
  return problemIn(part.cases.flatMap(({ tokens }) => tokens));
}

function namesIn(parts: readonly Part[]): readonly string[] {
  return parts.flatMap((part) => {
    if (part.type === 'content' || part.type === 'octothorpe') return [];
    if (part.type === 'argument' || part.type === 'function') return [part.arg];
    return [part.arg, ...part.cases.flatMap(({ tokens }) => namesIn(tokens))];
  });
}
