import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { addMember, setOf, tuple } from '../values/create.js';
import { shownMembers } from '../values/shown-members.js';
import { indexIterator } from '../values/iterators.js';
import { hashKey, membersOf } from '../values/protocols.js';
import { isObject } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { PySet, Value } from '../values/value.js';
import { defineClass } from './define.js';
import { combineSets, compareSets, isSet } from './set-algebra.js';
import type { Bound } from './signature.js';

type Combine = readonly [string, (m: Machine, self: PySet, args: Bound) => Run];

/** A method that takes any iterables, in place of the operator. */
function combining(operator: string): Combine {
  return [
    '*others',
    function* (m: Machine, self: PySet, [others = null]: Bound): Run {
      let result: PySet = setOf(m, self.members.values(), self.type);
      for (const other of restOf(others)) {
        const members = setOf(m, yield* membersOf(m, other));
        result = combineSets(m, operator, result, members) ?? result;
      }
      return result;
    },
  ];
}

function comparing(operator: '<=' | '>='): Combine {
  return [
    'other, /',
    function* (m: Machine, self: PySet, [other = null]: Bound): Run {
      return compareSets(operator, self, setOf(m, yield* membersOf(m, other)));
    },
  ];
}

function restOf(value: Value): readonly Value[] {
  return isObject(value) && value.type === 'tuple' ? value.items : [];
}

const common = {
  union: combining('|'),
  intersection: combining('&'),
  difference: combining('-'),
  symmetric_difference: combining('^'),
  issubset: comparing('<='),
  issuperset: comparing('>='),
  isdisjoint: [
    'other, /',
    function* (m: Machine, self: PySet, [other = null]: Bound): Run {
      return (combineSets(m, '&', self, setOf(m, yield* membersOf(m, other)))?.members.size ?? 0) === 0;
    },
  ],
  copy: ['', (m: Machine, self: PySet) => setOf(m, self.members.values(), self.type)],
} as const;

function changed(m: Machine, self: PySet, key: Value, change: 'add' | 'remove' | 'discard'): null {
  if (change === 'add') addMember(m, self, key);
  else if (!self.members.delete(hashKey(m, key)) && change === 'remove') raise(m, 'KeyError', key);
  return null;
}

function classOf(name: 'set' | 'frozenset'): PyClass {
  return defineClass<PySet>({
    name,
    is: isSet,
    construct: [
      'iterable=, /',
      function* (m: Machine, [iterable = tuple([])]: Bound): Run {
        return setOf(m, yield* membersOf(m, iterable), name);
      },
    ],
    slots: {
      hash:
        name === 'set'
          ? null
          : (_, self) =>
              `z${[...self.members.keys()]
                .toSorted()
                .map((key) => `${key.length}:${key}`)
                .join('')}`,
      repr(m, self) {
        if (self.members.size === 0) return `${name}()`;
        const text = `{${shownMembers(m, self.members.values())}}`;
        return name === 'set' ? text : `frozenset(${text})`;
      },
      length: (_, self) => self.members.size,
      equals(_, self, other) {
        if (!isSet(other)) return null;
        return self.members.size === other.members.size && compareSets('<=', self, other) === true;
      },
      order: (_, operator, self, other) => compareSets(operator, self, other),
      iterate(m, self) {
        const members = [...self.members.values()];
        m.visit(members.length);
        return indexIterator('set_iterator', (index) => members[index]);
      },
      contains: (m, self, item) => self.members.has(hashKey(m, isSet(item) ? { ...item, type: 'frozenset' } : item)),
      binary: (m, operator, self, other) => combineSets(m, operator, self, other),
    },
    methods: {
      ...common,
      ...(name === 'frozenset'
        ? {}
        : ({
            add: ['elem, /', (m: Machine, self: PySet, [key = null]: Bound) => changed(m, self, key, 'add')],
            remove: ['elem, /', (m: Machine, self: PySet, [key = null]: Bound) => changed(m, self, key, 'remove')],
            discard: ['elem, /', (m: Machine, self: PySet, [key = null]: Bound) => changed(m, self, key, 'discard')],
            clear: [
              '',
              (_: Machine, self: PySet) => {
                self.members.clear();
                return null;
              },
            ],
            pop: [
              '',
              (m: Machine, self: PySet) => {
                const [first] = self.members.values();
                if (first === undefined) return raise(m, 'KeyError', 'pop from an empty set');
                changed(m, self, first, 'discard');
                return first;
              },
            ],
            update: [
              '*others',
              function* (m: Machine, self: PySet, [others = null]: Bound): Run {
                for (const other of restOf(others))
                  for (const member of yield* membersOf(m, other)) addMember(m, self, member);
                return null;
              },
            ],
          } as const)),
    },
  });
}

export const setClass = classOf('set');
export const frozensetClass = classOf('frozenset');
