import { LimitExceeded } from '../limits.js';
import type { Machine } from '../run/machine.js';
import type { PyMatch, PyPattern } from './re-values.js';

/** At least, on slow machines too. */
const visitsInMillisecond = 20_000;

export type Way = 'search' | 'match' | 'fullmatch';

/** The first match from a UTF-16 unit on; `null`: there is none. */
export function findMatch(m: Machine, of: PyPattern, text: string, way: Way, from = 0): PyMatch | null {
  const { beforeBreak } = of;
  if (beforeBreak === null || way === 'fullmatch' || !text.endsWith('\n'))
    return matched(of, text, spansIn(m, of.compiled, { text, way, from }));
  const spans = spansIn(m, beforeBreak.compiled, { text, way, from });
  if (spans === null) return null;
  const own = beforeBreak.own.map((group) => spans[group] ?? noSpan);
  const takesBreak = beforeBreak.breaks.some((group) => (spans[group]?.[0] ?? -1) >= 0);
  const most = takesBreak ? text.length - 1 : text.length;
  return matched(
    of,
    text,
    own.map(([start, end]) => [Math.min(start, most), Math.min(end, most)]),
  );
}

/** A match that begins at a UTF-16 unit and ends with the text. */
export function fullMatchFrom(m: Machine, of: PyPattern, text: string, from: number): PyMatch | null {
  const spans = spansIn(m, of.toEnd(), { text, way: 'search', from });
  // The first match begins there if any does.
  return spans?.[0]?.[0] === from ? matched(of, text, spans) : null;
}

type Spans = PyMatch['spans'];
const noSpan: Spans[number] = [-1, -1];

function matched(of: PyPattern, text: string, spans: Spans | null): PyMatch | null {
  return spans === null ? null : { type: 'match', of, text, spans };
}

function spansIn(
  m: Machine,
  compiled: PyPattern['compiled'],
  { text, way, from }: { readonly text: string; readonly way: Way; readonly from: number },
): Spans | null {
  const visits = compiled.programSize() * (text.length - from + 1);
  m.step(1 + Math.ceil(visits / 2000));
  // Nothing can end a match that has begun. For each visit it copies the places of the groups.
  if (visits * (1 + compiled.groupCount() / 10) > visitsInMillisecond * m.limits.milliseconds)
    throw new LimitExceeded('a pattern and the text that it is matched with are too large for each other');
  const matcher = compiled.matcher(text);
  const isFound = way === 'search' ? matcher.find(from) : way === 'match' ? matcher.lookingAt() : matcher.matches();
  if (!isFound) return null;
  return Array.from({ length: compiled.groupCount() + 1 }, (_, group) => [matcher.start(group), matcher.end(group)]);
}

/** All matches from left to right, which do not overlap. */
export function* allMatches(m: Machine, of: PyPattern, text: string, start = 0): Generator<PyMatch> {
  let from = start;
  let last = -1;
  while (from <= text.length) {
    const found = findMatch(m, of, text, 'search', from);
    if (found === null) return;
    const [begin, end] = found.spans[0] ?? [0, 0];
    if (begin === end && begin === last) {
      from = begin + unitsAt(text, begin);
      continue;
    }
    yield found;
    last = end;
    from = end === begin ? begin + unitsAt(text, begin) : end;
    // After a match that is not empty, an empty one may stand at its end.
    if (end !== begin) last = -1;
  }
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
