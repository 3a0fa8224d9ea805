import { LimitExceeded } from '../limits.js';
import type { Machine } from '../run/machine.js';
import type { PyMatch, PyPattern } from './re-values.js';

/** At least, on slow machines too. */
const visitsInMillisecond = 20_000;

export type Way = 'search' | 'match' | 'fullmatch';

/** The first match from a UTF-16 unit on; `null`: there is none. */
export function findMatch(m: Machine, of: PyPattern, text: string, way: Way, from = 0): PyMatch | null {
  const visits = of.compiled.programSize() * (text.length - from + 1);
  m.step(1 + Math.ceil(visits / 2000));
  // Nothing can end a match that has begun. For each visit it copies the places of the groups.
  if (visits * (1 + of.groups / 10) > visitsInMillisecond * m.limits.milliseconds)
    throw new LimitExceeded('a pattern and the text that it is matched with are too large for each other');
  const matcher = of.compiled.matcher(text);
  const isFound = way === 'search' ? matcher.find(from) : way === 'match' ? matcher.lookingAt() : matcher.matches();
  if (!isFound) return null;
  const spans = Array.from(
    { length: of.groups + 1 },
    (_, group) => [matcher.start(group), matcher.end(group)] as const,
  );
  return { type: 'match', of, text, spans };
}

/** All matches from left to right, which do not overlap. */
export function* allMatches(m: Machine, of: PyPattern, text: string): Generator<PyMatch> {
  let from = 0;
  let last = -1;
  while (from <= text.length) {
    const found = findMatch(m, of, text, 'search', from);
    if (found === null) return;
    const [start, end] = found.spans[0] ?? [0, 0];
    if (start === end && start === last) {
      from = start + unitsAt(text, start);
      continue;
    }
    yield found;
    last = end;
    from = end === start ? start + unitsAt(text, start) : end;
    // After a match that is not empty, an empty one may stand at its end.
    if (end !== start) last = -1;
  }
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
