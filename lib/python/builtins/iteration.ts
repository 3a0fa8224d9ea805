import { call } from '../run/call.js';
import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { list, tuple } from '../values/create.js';
import { indexIterator } from '../values/iterators.js';
import { binary } from '../operators/binary.js';
import { itemOf } from '../operators/subscript.js';
import { isOrdered, isTrue, iterate, membersOf, nextOf } from '../values/protocols.js';
import { isObject, typeName, typeOf } from '../values/type-of.js';
import type { PyIterator, Value } from '../values/value.js';
import { asInteger } from '../types/arguments.js';
import type { Bound } from '../types/signature.js';
import { sorted } from '../types/sort.js';

/** Functions that walk over members. */
export const iterationFunctions = {
  all: ['iterable, /', (m: Machine, [iterable = null]: Bound) => someOrAll(m, iterable, false)],
  any: ['iterable, /', (m: Machine, [iterable = null]: Bound) => someOrAll(m, iterable, true)],
  enumerate: [
    'iterable, start=',
    (m: Machine, [iterable = null, start = 0n]: Bound) => {
      const inner = iterate(m, iterable);
      let index = asInteger(m, start) - 1n;
      return iterator('enumerate', function* () {
        const next = yield* nextOf(m, inner);
        if (next === undefined) return undefined;
        index += 1n;
        return tuple([index, next]);
      });
    },
  ],
  filter: [
    'function, iterable, /',
    (m: Machine, [test = null, iterable = null]: Bound) => {
      const inner = iterate(m, iterable);
      return iterator('filter', function* () {
        for (let next = yield* nextOf(m, inner); next !== undefined; next = yield* nextOf(m, inner))
          if (isTrue(m, test === null ? next : yield* call(m, test, next))) return next;
        return undefined;
      });
    },
  ],
  map: [
    'function, iterable, /, *iterables',
    (m: Machine, [mapped = null, first = null, more = null]: Bound) => {
      const inner = [first, ...itemsOf(more)].map((one) => iterate(m, one));
      return iterator('map', function* () {
        const args = yield* together(m, inner);
        return args === undefined ? undefined : yield* call(m, mapped, ...args);
      });
    },
  ],
  zip: [
    '*iterables, strict=',
    (m: Machine, [iterables = null, strict = false]: Bound) => {
      const inner = itemsOf(iterables).map((one) => iterate(m, one));
      return iterator('zip', function* () {
        if (inner.length === 0) return undefined;
        const args = yield* together(m, inner, isTrue(m, strict));
        return args === undefined ? undefined : tuple(args);
      });
    },
  ],
  iter: ['iterable, /', (m: Machine, [iterable = null]: Bound) => iterate(m, iterable)],
  next: [
    'iterator, default=, /',
    function* (m: Machine, [inner = null, byDefault]: Bound): Run {
      if (!isObject(inner) || inner.type !== 'iterator')
        return raise(m, 'TypeError', `'${typeName(m, inner)}' object is not an iterator`);
      const next = yield* nextOf(m, inner);
      if (next !== undefined) return next;
      return byDefault === undefined ? raise(m, 'StopIteration') : byDefault;
    },
  ],
  max: ['*args, key=, default=', (m: Machine, args: Bound) => extreme(m, 'max', '>', args)],
  min: ['*args, key=, default=', (m: Machine, args: Bound) => extreme(m, 'min', '<', args)],
  reversed: ['sequence, /', (m: Machine, [sequence = null]: Bound) => reversed(m, sequence)],
  sorted: [
    'iterable, /, *, key=, reverse=',
    function* (m: Machine, [iterable = null, key = null, reverse = false]: Bound): Run {
      return list(yield* sorted(m, yield* membersOf(m, iterable), key, isTrue(m, reverse)));
    },
  ],
  sum: [
    'iterable, /, start=',
    function* (m: Machine, [iterable = null, start = 0n]: Bound): Run {
      if (typeof start === 'string') return raise(m, 'TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
      let total: Value = start;
      const inner = iterate(m, iterable);
      const floats = new ExactSum();
      for (let next = yield* nextOf(m, inner); next !== undefined; next = yield* nextOf(m, inner)) {
        if (typeof total === 'number' && (typeof next === 'number' || typeof next === 'bigint'))
          total = floats.add(total, Number(next));
        else total = binary(m, '+', total, next);
      }
      return typeof total === 'number' ? floats.total(total) : total;
    },
  ],
} as const;

/** Neumaier's compensated sum, as CPython adds floats since 3.12. */
class ExactSum {
  #lost = 0;

  add(total: number, next: number): number {
    const sum = total + next;
    this.#lost += Math.abs(total) >= Math.abs(next) ? total - sum + next : next - sum + total;
    return sum;
  }

  total(total: number): number {
    return this.#lost !== 0 && Number.isFinite(this.#lost) ? total + this.#lost : total;
  }
}

function iterator(name: string, next: () => Run<Value | undefined>): PyIterator {
  return { type: 'iterator', name, next };
}

function itemsOf(value: Value): readonly Value[] {
  return isObject(value) && value.type === 'tuple' ? value.items : [];
}

function* someOrAll(m: Machine, iterable: Value, isSome: boolean): Run<boolean> {
  const inner = iterate(m, iterable);
  for (let next = yield* nextOf(m, inner); next !== undefined; next = yield* nextOf(m, inner))
    if (isTrue(m, next) === isSome) return isSome;
  return !isSome;
}

/** The next members of all; `undefined`: one has no more, which must be all of them where it is strict. */
function* together(m: Machine, inner: readonly PyIterator[], isStrict = false): Run<Value[] | undefined> {
  const values: Value[] = [];
  let ended = 0;
  for (const one of inner) {
    const next = yield* nextOf(m, one);
    if (next === undefined) ended += 1;
    else values.push(next);
    if (ended > 0 && !isStrict) return undefined;
  }
  if (ended > 0 && values.length > 0) raise(m, 'ValueError', 'zip() arguments have different lengths');
  return ended > 0 ? undefined : values;
}

function* extreme(m: Machine, name: string, operator: '<' | '>', [args = null, key = null, byDefault]: Bound): Run {
  const given = itemsOf(args);
  const [only = null] = given;
  if (given.length === 0) return raise(m, 'TypeError', `${name} expected at least 1 argument, got 0`);
  const inner = iterate(m, given.length === 1 ? only : list([...given]));
  let best: { value: Value; key: Value } | null = null;
  for (let next = yield* nextOf(m, inner); next !== undefined; next = yield* nextOf(m, inner)) {
    const by = key === null ? next : yield* call(m, key, next);
    if (best === null || isOrdered(m, operator, by, best.key)) best = { value: next, key: by };
  }
  if (best !== null) return best.value;
  return byDefault === undefined ? raise(m, 'ValueError', `${name}() iterable argument is empty`) : byDefault;
}

function reversed(m: Machine, sequence: Value): Value {
  const { slots } = typeOf(m, sequence);
  if (isObject(sequence) && (sequence.type === 'dict' || sequence.type === 'view')) {
    const { entries } = sequence.type === 'dict' ? sequence : sequence.of;
    const shows = sequence.type === 'dict' ? 'keys' : sequence.shows;
    const all = [...entries.values()].toReversed();
    m.visit(all.length);
    return indexIterator('reversed', (index) => {
      const entry = all[index];
      if (entry === undefined) return undefined;
      return shows === 'keys' ? entry.key : shows === 'values' ? entry.value : tuple([entry.key, entry.value]);
    });
  }
  if (slots.item === undefined || slots.length === undefined)
    return raise(m, 'TypeError', `'${typeName(m, sequence)}' object is not reversible`);
  const length = slots.length(m, sequence);
  return indexIterator('reversed', (index) =>
    index < length ? itemOf(m, sequence, BigInt(length - 1 - index)) : undefined,
  );
}
