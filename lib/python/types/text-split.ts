import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import type { Value } from '../values/value.js';
import { asText } from './arguments.js';
import { partsAt, placesOf } from './text-search.js';
import { stripWhite, wordsOf } from './text-white.js';

/** `str.split` */
export function splitText(m: Machine, text: string, separator: Value, most: number): Value[] {
  m.visit(text.length);
  if (separator === null) {
    const words = wordsOf(text);
    m.allocateMembers(words.length);
    if (most < 0 || words.length <= most) return words.map((word) => word.text);
    const rest = words[most];
    return [
      ...words.slice(0, most).map((word) => word.text),
      ...(rest === undefined ? [] : [stripWhite(text.slice(rest.at), 'left')]),
    ];
  }
  return partsOf(m, text, asText(m, separator), { from: 'first', most });
}

/** `str.rsplit` */
export function splitTextRight(m: Machine, text: string, separator: Value, most: number): Value[] {
  m.visit(text.length);
  if (separator === null) {
    const words = wordsOf(text);
    m.allocateMembers(words.length);
    if (most < 0 || words.length <= most) return words.map((word) => word.text);
    const last = words[words.length - most - 1];
    const head = last === undefined ? '' : stripWhite(text.slice(0, last.at + last.text.length), 'right');
    return [head, ...words.slice(words.length - most).map((word) => word.text)];
  }
  return partsOf(m, text, asText(m, separator), { from: 'last', most });
}

function partsOf(
  m: Machine,
  text: string,
  separator: string,
  { from, most }: { readonly from: 'first' | 'last'; readonly most: number },
): string[] {
  if (separator === '') return raise(m, 'ValueError', 'empty separator');
  const places = placesOf(m, text, separator, from, most < 0 ? Infinity : most);
  m.allocateMembers(places.length + 1);
  return partsAt(text, from === 'first' ? places : places.reverse(), separator.length);
}

/** `str.splitlines` */
export function splitLines(m: Machine, text: string, keepsEnds: boolean): Value[] {
  m.visit(text.length);
  const lines = [
    ...text.matchAll(/([^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*)(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g),
  ]
    .filter(([all]) => all !== '')
    .map(([all, line = '']) => (keepsEnds ? all : line));
  m.allocateMembers(lines.length);
  return lines;
}
