import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import type { Value } from '../values/value.js';
import { asText } from './arguments.js';
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
  const parts = partsOf(m, text, asText(m, separator));
  if (most < 0 || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(asText(m, separator))];
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
  const parts = partsOf(m, text, asText(m, separator));
  if (most < 0 || parts.length <= most + 1) return parts;
  return [parts.slice(0, parts.length - most).join(asText(m, separator)), ...parts.slice(parts.length - most)];
}

function partsOf(m: Machine, text: string, separator: string): string[] {
  if (separator === '') return raise(m, 'ValueError', 'empty separator');
  const parts = text.split(separator);
  m.allocateMembers(parts.length);
  return parts;
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
