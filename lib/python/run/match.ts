import { list } from '../values/create.js';
import { isEqual, isTrue } from '../values/protocols.js';
import { isObject } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import type { Match, Pattern } from '../syntax/tree.js';
import type { Frame } from './frame.js';
import type { End, Machine, Run } from './machine.js';
import { bind } from './names.js';

export function* executeMatch(m: Machine, frame: Frame, node: Match): Run<End> {
  const subject = yield* m.evaluate(frame, node.subject);
  for (const { pattern, guard, body, at } of node.cases) {
    m.at = at;
    const bound = new Map<string, Value>();
    if (!(yield* matches(m, frame, pattern, subject, bound))) continue;
    for (const [name, value] of bound) bind(frame, name, value);
    if (guard !== null && !isTrue(m, yield* m.evaluate(frame, guard))) continue;
    return yield* m.execute(frame, body);
  }
  return null;
}

function* matches(m: Machine, frame: Frame, pattern: Pattern, subject: Value, bound: Map<string, Value>): Run<boolean> {
  m.step();
  switch (pattern.type) {
    case 'value': {
      const value = yield* m.evaluate(frame, pattern.value);
      return value === null || typeof value === 'boolean' ? value === subject : isEqual(m, subject, value);
    }
    case 'capture':
      if (pattern.name !== null) bound.set(pattern.name, subject);
      return true;
    case 'or':
      for (const option of pattern.options) if (yield* matches(m, frame, option, subject, bound)) return true;
      return false;
    case 'as':
      if (!(yield* matches(m, frame, pattern.pattern, subject, bound))) return false;
      bound.set(pattern.name, subject);
      return true;
    case 'sequence':
      return yield* matchesSequence(m, frame, pattern.patterns, subject, bound);
    case 'star':
      return false;
  }
}

function* matchesSequence(
  m: Machine,
  frame: Frame,
  patterns: readonly Pattern[],
  subject: Value,
  bound: Map<string, Value>,
): Run<boolean> {
  if (!isObject(subject) || (subject.type !== 'list' && subject.type !== 'tuple')) return false;
  const { items } = subject;
  const star = patterns.findIndex(({ type }) => type === 'star');
  const extra = items.length - patterns.length;
  if (star < 0 ? extra !== 0 : extra < -1) return false;
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.type === 'star') {
      if (pattern.name !== null) bound.set(pattern.name, list(items.slice(star, star + extra + 1)));
      continue;
    }
    const item = items[star >= 0 && index > star ? index + extra : index] ?? null;
    if (!(yield* matches(m, frame, pattern, item, bound))) return false;
  }
  return true;
}
