import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { indexIn, isSlice, sliceRange } from '../operators/subscript.js';
import { indexOf, list, tuple } from '../values/create.js';
import { shownMembers } from '../values/shown-members.js';
import { indexIterator } from '../values/iterators.js';
import { hashKey, isOrdered, isSameOrEqual, isTrue, membersOf, reprOf } from '../values/protocols.js';
import { integerOf, isInteger, isObject } from '../values/type-of.js';
import type { OrderOperator, Slots } from '../values/class.js';
import type { PyList, PyTuple, Value } from '../values/value.js';
import { asInteger } from './arguments.js';
import { defineClass } from './define.js';
import { sorted } from './sort.js';

type Sequence = PyList | PyTuple;

function isList(value: Value): value is PyList {
  return isObject(value) && value.type === 'list';
}

function isTuple(value: Value): value is PyTuple {
  return isObject(value) && value.type === 'tuple';
}

function isLike(one: Sequence, other: Value): other is Sequence {
  return isObject(other) && other.type === one.type;
}

function like(one: Sequence, items: Value[]): Sequence {
  return one.type === 'list' ? list(items) : tuple(items);
}

const shared: Slots<Sequence> = {
  length: (_, self) => self.items.length,
  equals(m, self, other) {
    if (!isLike(self, other)) return null;
    return (
      self.items.length === other.items.length &&
      self.items.every((item, index) => isSameOrEqual(m, item, other.items[index] ?? null))
    );
  },
  order: (m, operator, self, other) => (isLike(self, other) ? ordered(m, operator, self.items, other.items) : null),
  iterate: (_, self) => indexIterator(`${self.type}_iterator`, (index) => self.items[index]),
  contains: (m, self, item) => indexOf(m, self.items, item) >= 0,
  item(m, self, key) {
    if (!isSlice(key)) return self.items[indexIn(m, key, self.items.length, self.type)] ?? null;
    const { places } = sliceRange(m, key, self.items.length);
    m.allocateMembers(places.length);
    return like(
      self,
      places.map((place) => self.items[place] ?? null),
    );
  },
  binary(m, operator, self, other) {
    if (operator === '+' && isLike(self, other)) {
      m.allocateMembers(self.items.length + other.items.length);
      return like(self, [...self.items, ...other.items]);
    }
    return operator === '*' && isInteger(other) ? repeated(m, self, integerOf(other)) : undefined;
  },
  reflected: (m, operator, self, other) =>
    operator === '*' && isInteger(other) ? repeated(m, self, integerOf(other)) : undefined,
};

function repeated(m: Machine, self: Sequence, count: bigint): Sequence {
  const most = BigInt(m.limits.members) + 1n;
  const times = count < 0n ? 0 : Number(count > most ? most : count);
  m.allocateMembers(self.items.length * times);
  return like(self, self.items.length === 0 ? [] : Array.from({ length: times }, () => self.items).flat());
}

function ordered(m: Machine, operator: OrderOperator, one: readonly Value[], other: readonly Value[]): boolean {
  const at = one.findIndex((item, index) => index >= other.length || !isSameOrEqual(m, item, other[index] ?? null));
  if (at >= 0 && at < other.length) return isOrdered(m, operator, one[at] ?? null, other[at] ?? null);
  return isOrdered(m, operator, BigInt(one.length), BigInt(other.length));
}

const search = {
  index: [
    'value, start=, stop=, /',
    (m: Machine, self: Sequence, [value = null, start = null, stop = null]: readonly (Value | undefined)[]) => {
      const range = sliceRange(m, { type: 'slice', start, stop, step: null }, self.items.length);
      const at = indexOf(m, self.items, value, range.start, range.stop);
      return at < 0 ? raise(m, 'ValueError', `${self.type}.index(x): x not in ${self.type}`) : BigInt(at);
    },
  ],
  count: [
    'value, /',
    (m: Machine, self: Sequence, [value = null]: readonly (Value | undefined)[]) =>
      BigInt(self.items.filter((item) => isSameOrEqual(m, item, value)).length),
  ],
} as const;

export const tupleClass = defineClass<PyTuple>({
  name: 'tuple',
  is: isTuple,
  construct: [
    'iterable=, /',
    function* (m: Machine, [iterable = tuple([])]: readonly (Value | undefined)[]): Run {
      return tuple(yield* membersOf(m, iterable));
    },
  ],
  slots: {
    ...shared,
    repr(m, self) {
      const { names, className } = self;
      if (names !== undefined && className !== undefined)
        return `${className}(${names.map((name, index) => `${name}=${reprOf(m, self.items[index] ?? null)}`).join(', ')})`;
      return `(${shownMembers(m, self.items)}${self.items.length === 1 ? ',' : ''})`;
    },
    hash: (m, self) =>
      `t${self.items
        .map((item) => hashKey(m, item))
        .map((key) => `${key.length}:${key}`)
        .join('')}`,
  },
  methods: search,
});

export const listClass = defineClass<PyList>({
  name: 'list',
  is: isList,
  construct: [
    'iterable=, /',
    function* (m: Machine, [iterable = list([])]: readonly (Value | undefined)[]): Run {
      return list(yield* membersOf(m, iterable));
    },
  ],
  slots: {
    ...shared,
    hash: null,
    repr: (m, self) => `[${shownMembers(m, self.items)}]`,
    setItem(m, self, key, value) {
      if (isSlice(key)) raise(m, 'TypeError', 'assignment to slices is not supported');
      self.items[indexIn(m, key, self.items.length, 'list assignment')] = value;
    },
    deleteItem(m, self, key) {
      const places = isSlice(key)
        ? new Set(sliceRange(m, key, self.items.length).places)
        : new Set([indexIn(m, key, self.items.length, 'list assignment')]);
      m.visit(self.items.length);
      const kept = self.items.filter((_, index) => !places.has(index));
      self.items.splice(0, self.items.length, ...kept);
    },
  },
  methods: {
    ...search,
    append: [
      'object, /',
      (m, self, [value = null]) => {
        m.growMembers(self.items.length, 1);
        self.items.push(value);
        return null;
      },
    ],
    extend: [
      'iterable, /',
      function* (m: Machine, self: PyList, [iterable = null]: readonly (Value | undefined)[]): Run {
        const added = yield* membersOf(m, iterable);
        m.growMembers(self.items.length, added.length);
        for (const item of added) self.items.push(item);
        return null;
      },
    ],
    insert: [
      'index, object, /',
      (m, self, [index, value = null]) => {
        m.growMembers(self.items.length, 1);
        const { start } = sliceRange(
          m,
          { type: 'slice', start: asInteger(m, index), stop: null, step: null },
          self.items.length,
        );
        self.items.splice(start, 0, value);
        return null;
      },
    ],
    pop: [
      'index=, /',
      (m, self, [index = -1n]) => {
        if (self.items.length === 0) return raise(m, 'IndexError', 'pop from empty list');
        m.visit(self.items.length);
        return self.items.splice(indexIn(m, index, self.items.length, 'pop'), 1)[0] ?? null;
      },
    ],
    remove: [
      'value, /',
      (m, self, [value = null]) => {
        const at = indexOf(m, self.items, value);
        if (at < 0) return raise(m, 'ValueError', 'list.remove(x): x not in list');
        self.items.splice(at, 1);
        return null;
      },
    ],
    clear: [
      '',
      (_, self) => {
        self.items.splice(0, self.items.length);
        return null;
      },
    ],
    copy: [
      '',
      (m, self) => {
        m.allocateMembers(self.items.length);
        return list([...self.items]);
      },
    ],
    reverse: [
      '',
      (m, self) => {
        m.visit(self.items.length);
        self.items.reverse();
        return null;
      },
    ],
    sort: [
      '*, key=, reverse=',
      function* (m: Machine, self: PyList, [key = null, reverse = false]: readonly (Value | undefined)[]): Run {
        const items = yield* sorted(m, self.items, key, isTrue(m, reverse));
        self.items.splice(0, self.items.length, ...items);
        return null;
      },
    ],
  },
});
