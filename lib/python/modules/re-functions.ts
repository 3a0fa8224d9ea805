import { call } from '../run/call.js';
import type { Machine, Run } from '../run/machine.js';
import { unitAt } from '../values/code-points.js';
import { list, tuple } from '../values/create.js';
import { listIterator } from '../values/iterators.js';
import type { Value } from '../values/value.js';
import { asSmall, asText } from '../types/arguments.js';
import type { Bound } from '../types/signature.js';
import { allMatches, findMatch, fullMatchFrom, type Way } from './re-match.js';
import { expandTemplate } from './re-template.js';
import type { PyMatch, PyPattern } from './re-values.js';

/** The text of a group; `null`: it took no part. */
export function groupText({ text, spans }: PyMatch, group: number): string | null {
  const [start, end] = spans[group] ?? [-1, -1];
  return start < 0 ? null : text.slice(start, end);
}

function found(m: Machine, pattern: PyPattern, text: Value | undefined, way: Way): Value {
  return findMatch(m, pattern, asText(m, text), way);
}

/** What a compiled pattern looks at: the text up to `endpos`, from `pos` on. */
function rangeOf(m: Machine, [given, pos, endpos]: Bound): { readonly text: string; readonly from: number } {
  const whole = asText(m, given);
  const end = endpos === undefined ? whole.length : unitAt(whole, Math.max(0, asSmall(m, endpos, 0)));
  return { text: whole.slice(0, end), from: Math.min(unitAt(whole, Math.max(0, asSmall(m, pos, 0))), end) };
}

function foundIn(m: Machine, pattern: PyPattern, args: Bound, way: Way): Value {
  const { text, from } = rangeOf(m, args);
  if (way === 'fullmatch') return from > 0 ? fullMatchFrom(m, pattern, text, from) : findMatch(m, pattern, text, way);
  const match = findMatch(m, pattern, text, from === 0 ? way : 'search', from);
  // The first match from `pos` on begins there if any does.
  return way === 'match' && match?.spans[0]?.[0] !== from ? null : match;
}

function findAll(
  m: Machine,
  pattern: PyPattern,
  { text, from }: { readonly text: string; readonly from: number },
): Value {
  const items: Value[] = [];
  for (const one of allMatches(m, pattern, text, from)) {
    m.growMembers(items.length, 1);
    const groups = one.spans.map((_, group) => groupText(one, group) ?? '');
    items.push(
      pattern.groups === 0 ? (groups[0] ?? '') : pattern.groups === 1 ? (groups[1] ?? '') : tuple(groups.slice(1)),
    );
  }
  return list(items);
}

function splitBy(m: Machine, pattern: PyPattern, given: Value | undefined, most: number): Value {
  const text = asText(m, given);
  const parts: Value[] = [];
  let last = 0;
  let count = 0;
  for (const one of allMatches(m, pattern, text)) {
    if (most > 0 && count >= most) break;
    const [start, end] = one.spans[0] ?? [0, 0];
    parts.push(text.slice(last, start), ...one.spans.slice(1).map((_, group) => groupText(one, group + 1)));
    m.growMembers(parts.length, 2);
    last = end;
    count += 1;
  }
  parts.push(text.slice(last));
  return list(parts);
}

/** `sub`: the text with the matches replaced, and how many were. */
export function* replaceAll(
  m: Machine,
  pattern: PyPattern,
  by: Value,
  given: Value | undefined,
  most: number,
): Run<readonly [string, bigint]> {
  const text = asText(m, given);
  let result = '';
  let last = 0;
  let count = 0;
  for (const one of allMatches(m, pattern, text)) {
    if (most > 0 && count >= most) break;
    const [start, end] = one.spans[0] ?? [0, 0];
    const put = typeof by === 'string' ? expandTemplate(m, by, one) : asText(m, yield* call(m, by, one));
    m.growText(result.length, start - last + put.length);
    result += text.slice(last, start) + put;
    last = end;
    count += 1;
  }
  m.growText(result.length, text.length - last);
  return [result + text.slice(last), BigInt(count)];
}

function ways<Self>(patternIn: (m: Machine, self: Self) => PyPattern) {
  const one = (way: Way) =>
    ['string', (m: Machine, self: Self, [text]: Bound) => found(m, patternIn(m, self), text, way)] as const;
  return {
    search: one('search'),
    match: one('match'),
    fullmatch: one('fullmatch'),
    findall: [
      'string',
      (m: Machine, self: Self, [text]: Bound) => findAll(m, patternIn(m, self), { text: asText(m, text), from: 0 }),
    ],
    finditer: [
      'string',
      (m: Machine, self: Self, [text]: Bound) =>
        listIterator(m, 'callable_iterator', [...allMatches(m, patternIn(m, self), asText(m, text))]),
    ],
    split: [
      'string, maxsplit=',
      (m: Machine, self: Self, [text, most]: Bound) => splitBy(m, patternIn(m, self), text, asSmall(m, most, 0)),
    ],
    sub: [
      'repl, string, count=',
      function* (m: Machine, self: Self, [by = null, text, most]: Bound): Run {
        return (yield* replaceAll(m, patternIn(m, self), by, text, asSmall(m, most, 0)))[0];
      },
    ],
    subn: [
      'repl, string, count=',
      function* (m: Machine, self: Self, [by = null, text, most]: Bound): Run {
        return tuple([...(yield* replaceAll(m, patternIn(m, self), by, text, asSmall(m, most, 0)))]);
      },
    ],
  } as const;
}

export const methods = ways<PyPattern>((_, self) => self);

/** Those of a compiled pattern can begin and end within the text. */
const inRange = (way: Way) =>
  ['string, pos=, endpos=', (m: Machine, self: PyPattern, args: Bound) => foundIn(m, self, args, way)] as const;
export const rangeMethods = {
  search: inRange('search'),
  match: inRange('match'),
  fullmatch: inRange('fullmatch'),
  findall: ['string, pos=, endpos=', (m: Machine, self: PyPattern, args: Bound) => findAll(m, self, rangeOf(m, args))],
  finditer: [
    'string, pos=, endpos=',
    (m: Machine, self: PyPattern, args: Bound) => {
      const { text, from } = rangeOf(m, args);
      return listIterator(m, 'callable_iterator', [...allMatches(m, self, text, from)]);
    },
  ],
} as const;
