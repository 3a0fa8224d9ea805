import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { charactersOf, lengthOf } from '../values/code-points.js';
import { membersOf } from '../values/protocols.js';
import { typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { asSmall, asText } from './arguments.js';
import { partsAt, placesOf } from './text-search.js';
import { stripWhite } from './text-white.js';

/** `text * count` */
export function repeatText(m: Machine, text: string, count: bigint): string {
  if (count <= 0n || text === '') return '';
  const times = count > BigInt(m.limits.text) ? m.limits.text + 1 : Number(count);
  m.allocateText(text.length * times);
  return text.repeat(times);
}

export function made(m: Machine, text: string): string {
  m.visit(text.length);
  m.allocateText(text.length);
  return text;
}

export function stripped(
  m: Machine,
  text: string,
  characters: Value | undefined,
  sides: 'both' | 'left' | 'right',
): string {
  m.visit(4 * text.length);
  if (characters === undefined || characters === null) return made(m, stripWhite(text, sides));
  const set = new Set(charactersOf(asText(m, characters)));
  const all = charactersOf(text);
  let [start, end] = [0, all.length];
  if (sides !== 'right') while (start < end && set.has(all[start] ?? '')) start += 1;
  if (sides !== 'left') while (end > start && set.has(all[end - 1] ?? '')) end -= 1;
  return made(m, all.slice(start, end).join(''));
}

export function replaced(m: Machine, text: string, from: string, to: string, most: number): string {
  m.visit(text.length + 64);
  const limit = most < 0 ? Number.POSITIVE_INFINITY : most;
  if (limit === 0) return text;
  const parts =
    from === '' ? ['', ...charactersOf(text), ''] : partsAt(text, placesOf(m, text, from, 'first', limit), from.length);
  const count = Math.min(parts.length - 1, limit);
  m.allocateText(text.length + count * to.length);
  return `${parts.slice(0, count + 1).join(to)}${parts.slice(count + 1).join(from)}`;
}

export function aligned(
  m: Machine,
  text: string,
  width: Value | undefined,
  fill: Value | undefined,
  align: '<' | '>' | '^',
): string {
  const character = fill === undefined ? ' ' : asText(m, fill);
  if (lengthOf(character) !== 1) return raise(m, 'TypeError', 'The fill character must be exactly one character long');
  const missing = asSmall(m, width, 0) - lengthOf(text);
  if (missing <= 0) return text;
  m.allocateText(text.length + missing);
  const size = lengthOf(text) + missing;
  // CPython puts the odd character left of texts of even length only where the width is odd.
  const left = align === '<' ? 0 : align === '>' ? missing : Math.floor(missing / 2) + (missing & size & 1);
  return `${character.repeat(left)}${text}${character.repeat(missing - left)}`;
}

export function* joined(m: Machine, separator: string, iterable: Value): Run {
  const parts = yield* membersOf(m, iterable);
  let length = separator.length * Math.max(0, parts.length - 1);
  const texts = parts.map((part, index) => {
    if (typeof part !== 'string')
      return raise(m, 'TypeError', `sequence item ${index}: expected str instance, ${typeName(m, part)} found`);
    length += part.length;
    return part;
  });
  m.allocateText(length);
  return texts.join(separator);
}
