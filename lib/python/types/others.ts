import { raise } from '../run/raise.js';
import { indexIn, isSlice, sliceRange } from '../operators/subscript.js';
import { indexIterator } from '../values/iterators.js';
import { isObject, integerOf, isInteger, isNumber, typeName } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type {
  PyBuiltin,
  PyFunction,
  PyIterator,
  PyMethod,
  PyModule,
  PyRange,
  PyRecord,
  PySlice,
  Value,
} from '../values/value.js';
import { asInteger } from './arguments.js';
import { defineClass } from './define.js';

const has =
  <T extends string>(type: T) =>
  (value: Value): value is Extract<Value, { type: T }> =>
    isObject(value) && value.type === type;

export const noneClass = defineClass<null>({
  name: 'NoneType',
  is: (value) => value === null,
  slots: { repr: () => 'None', truth: () => false, equals: (_, __, other) => other === null, hash: () => 'N' },
});

export const ellipsisClass = defineClass({
  name: 'ellipsis',
  is: has('ellipsis'),
  slots: { repr: () => 'Ellipsis', hash: () => 'E' },
});

/** The base of all types; it is only a name. */
export const objectClass = defineClass<Value>({ name: 'object', is: (value): value is Value => value !== undefined });

export const typeClass = defineClass<PyClass>({
  name: 'type',
  is: has('class'),
  slots: {
    repr: (_, self) => `<class '${self.name}'>`,
    equals: (_, self, other) => (has('class')(other) ? self.name === other.name : null),
    hash: (_, self) => `c${self.name}`,
  },
});

export const functionClass = defineClass<PyFunction>({
  name: 'function',
  is: has('function'),
  slots: { repr: (_, self) => `<function ${self.name}>` },
});
export const builtinClass = defineClass<PyBuiltin>({
  name: 'builtin_function_or_method',
  is: has('builtin'),
  slots: { repr: (_, self) => `<built-in function ${self.name}>` },
});
export const methodClass = defineClass<PyMethod>({
  name: 'builtin_function_or_method',
  is: has('method'),
  slots: { repr: (_, self) => `<built-in method ${self.name}>` },
});
export const moduleClass = defineClass<PyModule>({
  name: 'module',
  is: has('module'),
  slots: { repr: (_, self) => `<module '${self.name}'>` },
});
export const sliceClass = defineClass<PySlice>({ name: 'slice', is: has('slice'), slots: { hash: null } });

export const iteratorClass = defineClass<PyIterator>({
  name: 'iterator',
  is: has('iterator'),
  slots: { iterate: (_, self) => self },
});

export const recordClass = defineClass<PyRecord>({
  name: 'object',
  is: has('record'),
  slots: {
    repr: (_, self) => `<${self.className}: ${self.text}>`,
    text: (_, self) => self.text,
    truth: (_, self) => self.truth ?? true,
    equals: (_, self, other) =>
      has('record')(other) && self.key !== undefined
        ? self.className === other.className && self.key === other.key
        : null,
    hash: (m, self) => (self.key === undefined ? `o${m.identityOf(self)}` : `r${self.className}:${self.key}`),
  },
});

/** `range(start, stop, step)`; nothing of it is stored. */
function rangeOf(start: bigint, stop: bigint, step: bigint): PyRange {
  const span = step > 0n ? stop - start : start - stop;
  const size = step > 0n ? step : -step;
  return { type: 'range', start, stop, step, length: span <= 0n ? 0n : (span + size - 1n) / size };
}

/** Where a value stands in a range; `null`: nowhere. */
function indexInRange({ start, step, length }: PyRange, item: Value): bigint | null {
  if (!isNumber(item)) return null;
  const value = isInteger(item) ? integerOf(item) : Number.isInteger(item) ? BigInt(item) : null;
  if (value === null || (value - start) % step !== 0n) return null;
  const index = (value - start) / step;
  return index >= 0n && index < length ? index : null;
}

export const rangeClass = defineClass<PyRange>({
  name: 'range',
  is: has('range'),
  construct: [
    'start, stop=, step=, /',
    (m, [start, stop, step]) => {
      const by = step === undefined ? 1n : asInteger(m, step);
      if (by === 0n) return raise(m, 'ValueError', 'range() arg 3 must not be zero');
      return stop === undefined
        ? rangeOf(0n, asInteger(m, start), 1n)
        : rangeOf(asInteger(m, start), asInteger(m, stop), by);
    },
  ],
  slots: {
    repr: (_, { start, stop, step }) => `range(${start}, ${stop}${step === 1n ? '' : `, ${step}`})`,
    truth: (_, self) => self.length > 0n,
    length: (m, self) =>
      self.length > BigInt(Number.MAX_SAFE_INTEGER)
        ? raise(m, 'OverflowError', 'Python int too large to convert to C ssize_t')
        : Number(self.length),
    equals: (_, self, other) =>
      has('range')(other)
        ? self.length === other.length &&
          (self.length === 0n || (self.start === other.start && (self.length === 1n || self.step === other.step)))
        : null,
    hash: (_, self) =>
      `g${self.length === 0n ? '' : `${self.start}:${self.length}:${self.length === 1n ? '' : self.step}`}`,
    iterate: (_, self) =>
      indexIterator('range_iterator', (index) =>
        BigInt(index) < self.length ? self.start + BigInt(index) * self.step : undefined,
      ),
    contains: (_, self, item) => indexInRange(self, item) !== null,
    item(m, self, key) {
      if (self.length > BigInt(Number.MAX_SAFE_INTEGER))
        return raise(m, 'OverflowError', `${typeName(m, self)} is too long`);
      const length = Number(self.length);
      if (!isSlice(key)) return self.start + BigInt(indexIn(m, key, length, 'range object')) * self.step;
      if (length > m.limits.members) m.allocateMembers(length);
      const { start, stop, step } = sliceRange(m, key, length);
      const at = (index: number): bigint => self.start + BigInt(index) * self.step;
      return rangeOf(at(start), at(stop), self.step * BigInt(step));
    },
  },
  properties: {
    start: (_, self) => self.start,
    stop: (_, self) => self.stop,
    step: (_, self) => self.step,
  },
  methods: {
    count: ['value, /', (_, self, [value = null]) => (indexInRange(self, value) === null ? 0n : 1n)],
    index: [
      'value, /',
      (m, self, [value = null]) => indexInRange(self, value) ?? raise(m, 'ValueError', 'it is not in the range'),
    ],
  },
});
