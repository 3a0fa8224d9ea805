import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { attributeOf } from '../run/attributes.js';
import { itemOf } from '../operators/subscript.js';
import type { Value } from '../values/value.js';
import { converted, formatValue } from './value.js';

/** What `str.format` is given. */
interface Given {
  readonly positional: readonly Value[];
  named(name: string): Value | undefined;
  /** The next automatic number; `null`: fields are numbered by hand. */
  next: number | null;
}

/** `text.format(…)` */
export function formatMethod(
  m: Machine,
  text: string,
  positional: readonly Value[],
  named: (name: string) => Value | undefined,
): string {
  const formatted = expand(m, text, { positional, named, next: 0 }, 2);
  m.allocateText(formatted.length);
  return formatted;
}

function expand(m: Machine, text: string, given: Given, depth: number): string {
  m.visit(text.length);
  if (depth === 0) return raise(m, 'ValueError', 'Max string recursion exceeded');
  let result = '';
  let at = 0;
  while (at < text.length) {
    const brace = text.slice(at).search(/[{}]/);
    if (brace < 0) return result + text.slice(at);
    result += text.slice(at, at + brace);
    at += brace;
    if (text[at] === text[at + 1]) {
      result += text[at] ?? '';
      at += 2;
    } else if (text[at] === '}') {
      return raise(m, 'ValueError', "Single '}' encountered in format string");
    } else {
      const end = closing(m, text, at);
      const put = replacement(m, text.slice(at + 1, end), given, depth);
      m.growText(result.length, put.length);
      result += put;
      at = end + 1;
    }
  }
  return result;
}

function closing(m: Machine, text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return raise(m, 'ValueError', "expected '}' before end of string");
}

function replacement(m: Machine, field: string, given: Given, depth: number): string {
  const [, name = '', , conversion, , spec = ''] =
    /^([^!:[]*(?:\[[^\]]*\][^!:[]*)*)(!(.))?(:([^]*))?$/.exec(field) ??
    raise(m, 'ValueError', "expected ':' after conversion specifier");
  if (conversion !== undefined && !'rsa'.includes(conversion))
    return raise(m, 'ValueError', `Unknown conversion specifier '${conversion}'`);
  const value = converted(m, valueOf(m, name, given), conversion ?? null);
  return formatValue(m, value, expand(m, spec, given, depth - 1 === 0 && !/[{}]/.test(spec) ? 1 : depth - 1));
}

function valueOf(m: Machine, path: string, given: Given): Value {
  const [, first = '', rest = ''] = /^([^.[]*)([^]*)$/.exec(path) ?? [];
  let value = firstOf(m, first, given);
  for (const [, attribute, key, other] of rest.matchAll(/\.([^.[]*)|\[([^\]]*)\]|([^])/g)) {
    if (other !== undefined) return raise(m, 'ValueError', "Only '.' or '[' may follow ']' in format field specifier");
    if (attribute === '' || key === '') return raise(m, 'ValueError', 'Empty attribute in format string');
    if (attribute !== undefined) value = attributeOf(m, value, attribute);
    else value = itemOf(m, value, key !== undefined && /^\d+$/.test(key) ? BigInt(key) : (key ?? ''));
  }
  return value;
}

function firstOf(m: Machine, name: string, given: Given): Value {
  if (name !== '' && !/^\d+$/.test(name)) {
    const value = given.named(name);
    return value === undefined ? raise(m, 'KeyError', name) : value;
  }
  const isAutomatic = name === '';
  if (isAutomatic && given.next === null)
    return raise(m, 'ValueError', 'cannot switch from manual field specification to automatic field numbering');
  if (!isAutomatic && given.next !== null && given.next > 0)
    return raise(m, 'ValueError', 'cannot switch from automatic field numbering to manual field specification');
  const index = isAutomatic ? (given.next ?? 0) : Number(name);
  given.next = isAutomatic ? index + 1 : null;
  const value = given.positional[index];
  if (value === undefined)
    return raise(m, 'IndexError', `Replacement index ${index} out of range for positional args tuple`);
  return value;
}
