import { addMember, emptyDict, list, setEntry } from '../values/create.js';
import { isTrue, iterate, nextOf } from '../values/protocols.js';
import type { PyIterator, Value } from '../values/value.js';
import type { Clause, Comprehension } from '../syntax/tree.js';
import { assign } from './assign.js';
import type { Frame } from './frame.js';
import type { Machine, Run } from './machine.js';

/** A made value on its way out of a comprehension, apart from the promises that the run waits for. */
interface Made {
  readonly made: readonly [Value, Value];
}

type Making = Generator<Promise<unknown> | Made, undefined, unknown>;

/** A comprehension. That of a generator runs as far as its values are asked for. */
export function* comprehend(m: Machine, outer: Frame, node: Comprehension): Run {
  const [first] = node.clauses;
  if (first?.type !== 'for') throw new Error('a comprehension begins with for');
  // The first iterable is evaluated at once, outside.
  const iterator = iterate(m, yield* m.evaluate(outer, first.iterable));
  const frame: Frame = { names: new Map(), locals: node.locals, outer, handled: null };
  const making = makeAll(m, frame, node, iterator);
  const next = (): Run<readonly [Value, Value] | undefined> => nextMade(making);
  if (node.makes === 'generator') return generator(next);
  if (node.makes === 'dict') {
    const dict = emptyDict();
    for (let made = yield* next(); made !== undefined; made = yield* next()) setEntry(m, dict, made[0], made[1]);
    return dict;
  }
  if (node.makes === 'set') {
    const set = { type: 'set', members: new Map<string, Value>() } as const;
    for (let made = yield* next(); made !== undefined; made = yield* next()) addMember(m, set, made[0]);
    return set;
  }
  const items: Value[] = [];
  for (let made = yield* next(); made !== undefined; made = yield* next()) {
    m.growMembers(items.length, 1);
    items.push(made[0]);
  }
  return list(items);
}

function generator(next: () => Run<readonly [Value, Value] | undefined>): PyIterator {
  return {
    type: 'iterator',
    name: 'generator',
    *next() {
      return (yield* next())?.[0];
    },
  };
}

function* nextMade(making: Making): Run<readonly [Value, Value] | undefined> {
  let step = making.next();
  while (step.done !== true) {
    if (!(step.value instanceof Promise)) return step.value.made;
    let answer: unknown;
    try {
      answer = yield step.value;
    } catch (error) {
      step = making.throw(error);
      continue;
    }
    step = making.next(answer);
  }
  return undefined;
}

function* makeAll(m: Machine, frame: Frame, node: Comprehension, iterator: PyIterator): Making {
  const [first, ...rest] = node.clauses;
  if (first?.type !== 'for') return;
  for (let value = yield* nextOf(m, iterator); value !== undefined; value = yield* nextOf(m, iterator)) {
    yield* assign(m, frame, first.target, value);
    yield* makeInner(m, frame, node, rest);
  }
}

function* makeInner(m: Machine, frame: Frame, node: Comprehension, clauses: readonly Clause[]): Making {
  const [clause, ...rest] = clauses;
  if (clause === undefined) {
    const key = yield* m.evaluate(frame, node.element);
    yield { made: [key, node.value === null ? null : yield* m.evaluate(frame, node.value)] };
  } else if (clause.type === 'if') {
    if (isTrue(m, yield* m.evaluate(frame, clause.test))) yield* makeInner(m, frame, node, rest);
  } else {
    const iterator = iterate(m, yield* m.evaluate(frame, clause.iterable));
    for (let value = yield* nextOf(m, iterator); value !== undefined; value = yield* nextOf(m, iterator)) {
      yield* assign(m, frame, clause.target, value);
      yield* makeInner(m, frame, node, rest);
    }
  }
}
