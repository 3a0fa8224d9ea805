import type { PyClass } from '../values/class.js';
import type { PyException, Value } from '../values/value.js';
import type { Machine } from './machine.js';

/** An exception of the expression on its way to an `except`. */
export class Raised extends Error {
  override readonly name = 'Raised';

  constructor(
    readonly exception: PyException,
    /** The offset of the statement that raised it. */
    readonly at: number,
  ) {
    super(exception.of.name);
  }
}

/** @throws Raised always */
export function raise(m: Machine, name: string, ...args: readonly Value[]): never {
  throw new Raised({ type: 'exception', of: exceptionClass(m, name), args }, m.at);
}

function exceptionClass(m: Machine, name: string): PyClass {
  const found = m.classes.get(name);
  if (found === undefined) throw new Error(`there is no exception ${name}`);
  return found;
}

export function isSubclass(one: PyClass, name: string): boolean {
  return one.ancestors.includes(name);
}
