import { finderOf, type Units } from '../../base/find-text.js';
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
  if (halfAtAnEdge.test(sought)) return pointPlaces(text, sought, from, most);
  return sought.length <= short ? nearPlaces(text, sought, from, most) : farPlaces(text, sought, from, most);
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

/** A search by code points: a place in UTF-16 units may be within a character, and hide one that is not. */
function pointPlaces(text: string, sought: string, from: Direction, most: number): number[] {
  const characters = [...text];
  const places = farPlaces(points(characters), points([...sought]), from, most);
  let [point, unit] = [0, 0];
  const units = new Map<number, number>();
  const wanted = new Set(places);
  for (const character of characters) {
    if (wanted.has(point)) units.set(point, unit);
    point += 1;
    unit += character.length;
  }
  return places.map((place) => units.get(place) ?? 0);
}

function points(characters: readonly string[]): Units {
  return { length: characters.length, charCodeAt: (at) => characters[at]?.codePointAt(0) ?? Number.NaN };
}

function farPlaces(text: Units, sought: Units, from: Direction, most: number): number[] {
  const isFirst = from === 'first';
  const ranges = finderOf(isFirst ? sought : reversed(sought))(isFirst ? text : reversed(text));
  return ranges.slice(0, most).map((range) => (isFirst ? range.from : text.length - range.to));
}

function reversed(text: Units): Units {
  return { length: text.length, charCodeAt: (at) => text.charCodeAt(text.length - 1 - at) };
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

/** Whether a text begins, or ends, with another one: not with half of its first, or last, character. */
export function hasAffix(text: string, affix: string, isEnd: boolean): boolean {
  return isEnd
    ? text.endsWith(affix) && !isWithinPair(text, text.length - affix.length)
    : text.startsWith(affix) && !isWithinPair(text, affix.length);
}

function isWithinPair(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
