import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { charactersOf, lengthOf } from '../values/code-points.js';

/** Python's format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`. */
export interface FormatSpec {
  readonly fill: string;
  readonly align: '<' | '>' | '=' | '^' | null;
  readonly sign: '+' | '-' | ' ' | null;
  /** `z`: a zero has no sign, nor what is rounded to one. */
  readonly unsignedZero: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly grouping: ',' | '_' | null;
  readonly precision: number | null;
  readonly type: string;
}

/** @throws ValueError of Python */
export function parseSpec(m: Machine, text: string, of: string): FormatSpec {
  const found = /^(?:([^])?([<>=^]))?([ +-])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([,_])?([a-zA-Z%])?$/u.exec(text);
  if (found === null || found[10] !== undefined)
    return raise(m, 'ValueError', `Invalid format specifier '${text.slice(0, 40)}' for object of type '${of}'`);
  const [, fill, align, sign, unsigned, alternate, zero, width, grouping, precision, , type = ''] = found;
  return {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: alignOf(align) ?? (zero === undefined ? null : '='),
    sign: sign === '+' || sign === '-' || sign === ' ' ? sign : null,
    unsignedZero: unsigned !== undefined,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: bounded(m, Number(width ?? 0)),
    grouping: grouping === ',' || grouping === '_' ? grouping : null,
    precision: precision === undefined ? null : bounded(m, Number(precision)),
    type,
  };
}

function alignOf(text: string | undefined): FormatSpec['align'] {
  return text === '<' || text === '>' || text === '=' || text === '^' ? text : null;
}

/** Takes the memory of what is padded before it is made. */
function bounded(m: Machine, size: number): number {
  m.allocateText(size);
  return size;
}

/** The text with its fill characters. */
export function padded(text: string, { fill, width }: FormatSpec, align: '<' | '>' | '^'): string {
  const missing = width - lengthOf(text);
  if (missing <= 0) return text;
  const left = align === '<' ? 0 : align === '>' ? missing : Math.floor(missing / 2);
  return `${fill.repeat(left)}${text}${fill.repeat(missing - left)}`;
}

/** `format(text, spec)` of a text. @throws ValueError of Python */
export function formatText(m: Machine, text: string, spec: string, of = 'str'): string {
  if (spec === '') return text;
  const parsed = parseSpec(m, spec, of);
  if (parsed.sign !== null) return raise(m, 'ValueError', 'Sign not allowed in string format specifier');
  if (parsed.unsignedZero)
    return raise(m, 'ValueError', 'Negative zero coercion (z) not allowed in string format specifier');
  if (parsed.alternate) return raise(m, 'ValueError', 'Alternate form (#) not allowed in string format specifier');
  if (parsed.grouping !== null) return raise(m, 'ValueError', "Cannot specify ',' with 's'.");
  if (parsed.type !== '' && parsed.type !== 's')
    return raise(m, 'ValueError', `Unknown format code '${parsed.type}' for object of type '${of}'`);
  if (parsed.align === '=' && !parsed.zero)
    return raise(m, 'ValueError', "'=' alignment not allowed in string format specifier");
  const cut = parsed.precision === null ? text : charactersOf(text).slice(0, parsed.precision).join('');
  return padded(cut, parsed, parsed.align === null || parsed.align === '=' ? '<' : parsed.align);
}
