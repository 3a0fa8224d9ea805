import { finderOf } from '../../base/find-text.js';
import type { Machine } from '../run/machine.js';

/** Up to this length the engine's own search is quick, whatever the texts. */
const short = 16;

/** Half of a character is no part of a whole one. */
const halfAtAnEdge = /^[\udc00-\udfff]|[\ud800-\udbff]$/;

type Direction = 'first' | 'last';

/**
 * Where `sought`, which is not empty, stands in `text`, without overlaps: from the left, or from the right. In UTF-16
 * units, in the order in which they are found. The time grows with the length of both only: the engine's search takes
 * their product for some.
 */
export function placesOf(m: Machine, text: string, sought: string, from: Direction, most = Infinity): number[] {
  m.visit(text.length + sought.length);
  if (sought.length > text.length || most <= 0) return [];
  const all = (count: number): number[] =>
    sought.length <= short ? nearPlaces(text, sought, from, count) : farPlaces(text, sought, from, count);
  if (!halfAtAnEdge.test(sought)) return all(most);
  return all(Infinity)
    .filter((at) => !isWithinPair(text, at) && !isWithinPair(text, at + sought.length))
    .slice(0, most);
}

/** The first or last place of `sought`; -1: it is not in the text. */
export function placeOf(m: Machine, text: string, sought: string, from: Direction): number {
  if (sought === '') return from === 'first' ? 0 : text.length;
  return placesOf(m, text, sought, from, 1)[0] ?? -1;
}

function nearPlaces(text: string, sought: string, from: Direction, most: number): number[] {
  const places: number[] = [];
  let at = from === 'first' ? text.indexOf(sought) : text.lastIndexOf(sought);
  while (at >= 0) {
    places.push(at);
    const next = at - sought.length;
    if (places.length >= most || (from === 'last' && next < 0)) break;
    at = from === 'first' ? text.indexOf(sought, at + sought.length) : text.lastIndexOf(sought, next);
  }
  return places;
}

function farPlaces(text: string, sought: string, from: Direction, most: number): number[] {
  const isFirst = from === 'first';
  const { ranges } = finderOf(isFirst ? sought : reversed(sought))(isFirst ? text : reversed(text));
  return ranges.slice(0, most).map((range) => (isFirst ? range.from : text.length - range.to));
}

function reversed(text: string) {
  return { length: text.length, charCodeAt: (at: number) => text.charCodeAt(text.length - 1 - at) };
}

/** The text in parts, at the places that were found. */
export function partsAt(text: string, places: readonly number[], length: number): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const at of places) {
    parts.push(text.slice(start, at));
    start = at + length;
  }
  return [...parts, text.slice(start)];
}

function isWithinPair(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
