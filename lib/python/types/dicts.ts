import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { dictOf, emptyDict, entryOf, setEntry, setOf, tuple } from '../values/create.js';
import { hashKey, isEqual, isSameOrEqual, membersOf, reprOf } from '../values/protocols.js';
import { joinShown, shownMembers } from '../values/shown-members.js';
import { isObject } from '../values/type-of.js';
import type { DictEntry, PyDict, PyIterator, PyList, PyTuple, PyView, Value } from '../values/value.js';
import type { Bound } from './signature.js';
import { defineClass } from './define.js';
import { combineSets, compareSets } from './set-algebra.js';

function isDict(value: Value): value is PyDict {
  return isObject(value) && value.type === 'dict';
}

function iterator(m: Machine, name: string, dict: PyDict, show: (entry: DictEntry) => Value): PyIterator {
  const size = dict.entries.size;
  const entries = dict.entries.values();
  return {
    type: 'iterator',
    name,
    next() {
      if (dict.entries.size !== size) return raise(m, 'RuntimeError', 'dictionary changed size during iteration');
      const { value, done } = entries.next();
      return done === true || value === undefined ? undefined : show(value);
    },
  };
}

/** What `dict(…)` and `update` are given. */
function* addAll(m: Machine, dict: PyDict, [from = null, keywords = null]: Bound): Run<undefined> {
  if (isDict(from)) for (const { key, value } of [...from.entries.values()]) setEntry(m, dict, key, value);
  else if (from !== null)
    for (const pair of yield* membersOf(m, from)) {
      const [key, value, ...more] = yield* membersOf(m, pair);
      if (key === undefined || value === undefined || more.length > 0)
        raise(m, 'ValueError', 'dictionary update sequence element has not length 2');
      else setEntry(m, dict, key, value);
    }
  if (isDict(keywords)) for (const { key, value } of keywords.entries.values()) setEntry(m, dict, key, value);
}

export const dictClass = defineClass<PyDict>({
  name: 'dict',
  is: isDict,
  construct: [
    'mapping=, /, **kwargs',
    function* (m: Machine, args: Bound): Run {
      const dict = emptyDict();
      yield* addAll(m, dict, args);
      return dict;
    },
  ],
  slots: {
    hash: null,
    repr: (m, self) =>
      `{${joinShown(m, self.entries.values(), ({ key, value }) => `${reprOf(m, key)}: ${reprOf(m, value)}`)}}`,
    length: (_, self) => self.entries.size,
    equals(m, self, other) {
      if (!isDict(other)) return null;
      if (self.entries.size !== other.entries.size) return false;
      return [...self.entries].every(([hash, { value }]) => {
        const found = other.entries.get(hash);
        return found !== undefined && isSameOrEqual(m, value, found.value);
      });
    },
    iterate: (m, self) => iterator(m, 'dict_keyiterator', self, ({ key }) => key),
    contains: (m, self, item) => entryOf(m, self, item) !== undefined,
    item: (m, self, key) => {
      const found = entryOf(m, self, key);
      return found === undefined ? raise(m, 'KeyError', key) : found.value;
    },
    setItem: (m, self, key, value) => setEntry(m, self, key, value),
    deleteItem(m, self, key) {
      removed(m, self, key);
    },
    binary(m, operator, self, other) {
      if (operator !== '|' || !isDict(other)) return undefined;
      const joined = copyOf(m, self);
      for (const { key, value } of other.entries.values()) setEntry(m, joined, key, value);
      return joined;
    },
  },
  methods: {
    get: [
      'key, default=, /',
      (m, self, [key = null, byDefault = null]) => {
        const found = entryOf(m, self, key);
        return found === undefined ? byDefault : found.value;
      },
    ],
    keys: ['', (_, self) => ({ type: 'view', of: self, shows: 'keys' })],
    values: ['', (_, self) => ({ type: 'view', of: self, shows: 'values' })],
    items: ['', (_, self) => ({ type: 'view', of: self, shows: 'items' })],
    pop: [
      'key, default=, /',
      (m, self, [key = null, byDefault]) => {
        const found = entryOf(m, self, key);
        if (found === undefined) return byDefault === undefined ? raise(m, 'KeyError', key) : byDefault;
        const { value } = found;
        removed(m, self, key);
        return value;
      },
    ],
    popitem: [
      '',
      (m, self) => {
        const last = [...self.entries.values()].at(-1);
        if (last === undefined) return raise(m, 'KeyError', 'popitem(): dictionary is empty');
        removed(m, self, last.key);
        return tuple([last.key, last.value]);
      },
    ],
    setdefault: [
      'key, default=, /',
      (m, self, [key = null, byDefault = null]) => {
        const found = entryOf(m, self, key);
        if (found !== undefined) return found.value;
        setEntry(m, self, key, byDefault);
        return byDefault;
      },
    ],
    update: [
      'mapping=, /, **kwargs',
      function* (m: Machine, self: PyDict, args: Bound): Run {
        yield* addAll(m, self, args);
        return null;
      },
    ],
    clear: [
      '',
      (_, self) => {
        self.entries.clear();
        return null;
      },
    ],
    copy: ['', (m, self) => copyOf(m, self)],
  },
  statics: {
    fromkeys: {
      type: 'builtin',
      name: 'fromkeys',
      *call(m, { positional: [keys = null, value = null] }) {
        return dictOf(
          m,
          (yield* membersOf(m, keys)).map((key) => [key, value] as const),
        );
      },
    },
  },
});

function removed(m: Machine, dict: PyDict, key: Value): void {
  if (!dict.entries.delete(hashKey(m, key))) raise(m, 'KeyError', key);
}

function copyOf(m: Machine, dict: PyDict): PyDict {
  m.allocateMembers(dict.entries.size);
  return {
    type: 'dict',
    entries: new Map([...dict.entries].map(([hash, entry]) => [hash, { key: entry.key, value: entry.value }])),
  };
}

/** `keys()`, `values()` and `items()`. */
export function viewClass(shows: PyView['shows']) {
  const show = ({ key, value }: DictEntry): Value =>
    shows === 'keys' ? key : shows === 'values' ? value : tuple([key, value]);
  const members = (view: PyView): Value[] => [...view.of.entries.values()].map(show);
  const asSet = (m: Machine, value: Value): Value =>
    isView(value)
      ? setOf(
          m,
          [...value.of.entries.values()].map((entry) =>
            value.shows === 'keys' ? entry.key : tuple([entry.key, entry.value]),
          ),
        )
      : isListed(value)
        ? setOf(m, value.items)
        : value;
  const isSetLike = shows !== 'values';
  const isdisjoint = [
    'other, /',
    function* (m: Machine, self: PyView, [other = null]: Bound): Run {
      const common = combineSets(m, '&', asSet(m, self), setOf(m, yield* membersOf(m, other)));
      return (common?.members.size ?? 0) === 0;
    },
  ] as const;
  return defineClass<PyView>({
    name: `dict_${shows}`,
    is: isView,
    ...(isSetLike ? { methods: { isdisjoint } } : {}),
    slots: {
      hash: null,
      repr: (m, self) => `dict_${shows}([${shownMembers(m, members(self))}])`,
      length: (_, self) => self.of.entries.size,
      iterate: (m, self) => iterator(m, `dict_${shows}iterator`, self.of, show),
      ...(isSetLike
        ? {
            equals: (m: Machine, self: Value, other: Value) =>
              isView(other) && other.shows !== 'values' ? isEqual(m, asSet(m, self), asSet(m, other)) : null,
            order: (m: Machine, operator: '<' | '<=' | '>' | '>=', self: Value, other: Value) =>
              isListed(other) ? null : compareSets(operator, asSet(m, self), asSet(m, other)),
            binary: (m: Machine, operator: string, self: Value, other: Value) =>
              combineSets(m, operator, asSet(m, self), asSet(m, other)),
            reflected: (m: Machine, operator: string, self: Value, other: Value) =>
              combineSets(m, operator, asSet(m, other), asSet(m, self)),
          }
        : {}),
    },
  });
}

/** Operators of sets take their members, but not their order. */
function isListed(value: Value): value is PyList | PyTuple {
  return isObject(value) && (value.type === 'list' || value.type === 'tuple');
}

function isView(value: Value): value is PyView {
  return isObject(value) && value.type === 'view';
}
