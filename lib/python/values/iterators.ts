import type { Machine } from '../run/machine.js';
import type { PyIterator, Value } from './value.js';

/** An iterator over what a function returns by index; `undefined` ends it. */
export function indexIterator(name: string, at: (index: number) => Value | undefined): PyIterator {
  let index = 0;
  return {
    type: 'iterator',
    name,
    next() {
      const value = at(index);
      if (value !== undefined) index += 1;
      return value;
    },
  };
}

export function listIterator(m: Machine, name: string, items: readonly Value[]): PyIterator {
  m.step();
  return indexIterator(name, (index) => items[index]);
}
