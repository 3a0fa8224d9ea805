import type { Json } from '../../base/json.js';
import { fileLimits } from '../limits.js';

const directive = /%(?<flags>[-+ 0#]*)(?<width>\d{0,3})(?:\.(?<digits>\d{1,2}))?(?<kind>.)/gsu;

/**
 * Python's `template % values` for the directives `%s`, `%r`, `%d`, `%i`, `%f`, `%x` and `%%`.
 * @throws Error for other directives, values of a wrong kind, and too few or too many values
 */
export function formatted(template: string, values: readonly Json[]): string {
  let next = 0;
  const text = template.replace(directive, (...found) => {
    const { flags = '', width = '', digits, kind = '' } = groupsOf(found);
    if (kind === '%') return '%';
    if (next >= values.length) throw new Error('the template of !Format has more places than values');
    const value = values[next] ?? null;
    next += 1;
    return padded(written(kind, value, digits, flags), flags, Number(width || '0'));
  });
  if (next < values.length) throw new Error('the template of !Format has fewer places than values');
  if (text.length > fileLimits.text)
    throw new Error(`!Format makes a text of more than ${String(fileLimits.text)} characters`);
  return text;
}

function groupsOf(found: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  const groups = found.at(-1);
  return typeof groups === 'object' && groups !== null ? { ...groups } : {};
}

function written(kind: string, value: Json, digits: string | undefined, flags: string): string {
  if (kind === 's') return pythonText(value).slice(0, digits === undefined ? undefined : Number(digits));
  if (kind === 'r') return pythonLiteral(value);
  if (!['d', 'i', 'f', 'x'].includes(kind)) throw new Error(`!Format does not know %${kind}`);
  if (typeof value !== 'number') throw new Error(`%${kind} of !Format needs a number`);
  const sign = value < 0 ? '-' : flags.includes('+') ? '+' : '';
  return sign + digitsOf(kind, Math.abs(value), Number(digits ?? '6'));
}

function digitsOf(kind: string, value: number, digits: number): string {
  if (kind === 'f') return value.toFixed(digits);
  return Math.trunc(value).toString(kind === 'x' ? 16 : 10);
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !/^[-+]?\d/.test(text)) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

/** `str(value)` of Python. */
function pythonText(value: Json): string {
  return typeof value === 'string' ? value : pythonLiteral(value);
}

/** `repr(value)` of Python, for the values of a file. */
function pythonLiteral(value: Json): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${quoted(key)}: ${pythonLiteral(inner ?? null)}`)
    .join(', ')}}`;
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return mark + text.replace(/\\/g, '\\\\').replaceAll(mark, `\\${mark}`).replace(/\n/g, '\\n') + mark;
}
