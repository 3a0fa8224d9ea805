import { builtins } from '../types/define.js';
import { builtinExceptions } from '../types/exceptions.js';
import { typeOf } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { Value } from '../values/value.js';
import { classTable } from '../types/table.js';
import { iterationFunctions } from './iteration.js';
import { numberFunctions } from './numbers.js';
import { objectFunctions } from './objects.js';

const typeNames = ['bool', 'dict', 'float', 'frozenset', 'int', 'list', 'object', 'range', 'set', 'str', 'tuple'];

/** The names that every expression knows. */
export const builtinTable: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...builtins(iterationFunctions),
  ...builtins(numberFunctions),
  ...builtins(objectFunctions),
  ...builtins({ type: ['object, /', (m, [value = null]) => typeOf(m, value)] }),
  ...typeNames.flatMap((name): [string, PyClass][] => {
    const found = classTable.get(name);
    return found === undefined ? [] : [[name, found]];
  }),
  ...builtinExceptions,
]);

/** Names of Python that are refused, each with the reason. */
export const refusedBuiltins: ReadonlyMap<string, string> = new Map([
  ...['eval', 'exec', 'compile', '__import__', 'open', 'input', 'breakpoint', 'exit', 'quit', 'help'].map(
    (name) => [name, 'would reach outside the expression'] as const,
  ),
  ...['globals', 'locals', 'vars', 'dir', 'setattr', 'delattr', 'super', 'property', 'classmethod', 'staticmethod'].map(
    (name) => [name, 'would reach into objects'] as const,
  ),
  ...['bytes', 'bytearray', 'memoryview', 'complex', 'slice', 'hash', 'id', 'aiter', 'anext'].map(
    (name) => [name, 'is not supported'] as const,
  ),
]);
