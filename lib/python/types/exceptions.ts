import type { Machine } from '../run/machine.js';
import { tuple } from '../values/create.js';
import { reprOf, textOf } from '../values/protocols.js';
import { isObject } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { PyException, Value } from '../values/value.js';
import { defineClass } from './define.js';

/** The exceptions of Python by name, each with its base. */
const bases: readonly (readonly [string, string | null])[] = [
  ['BaseException', null],
  ['Exception', 'BaseException'],
  ['ArithmeticError', 'Exception'],
  ['OverflowError', 'ArithmeticError'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['NameError', 'Exception'],
  ['UnboundLocalError', 'NameError'],
  ['OSError', 'Exception'],
  ['TimeoutError', 'OSError'],
  ['ConnectionError', 'OSError'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['StopIteration', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['UnicodeError', 'ValueError'],
  ['JSONDecodeError', 'ValueError'],
  ['ZoneInfoNotFoundError', 'KeyError'],
  ['AddressValueError', 'ValueError'],
  ['NetmaskValueError', 'ValueError'],
  ['PatternError', 'Exception'],
  ['ValidationError', 'Exception'],
  ['ObjectDoesNotExist', 'Exception'],
  ['MultipleObjectsReturned', 'Exception'],
];

/** Exceptions that only their modules have. */
const ofModules = new Set([
  'JSONDecodeError',
  'ZoneInfoNotFoundError',
  'AddressValueError',
  'NetmaskValueError',
  'PatternError',
  'ValidationError',
  'ObjectDoesNotExist',
  'MultipleObjectsReturned',
]);

function isException(value: Value): value is PyException {
  return isObject(value) && value.type === 'exception';
}

/** `str(exception)` */
function messageOf(m: Machine, { of, args }: PyException): string {
  const [first = null, ...more] = args;
  if (args.length === 0) return '';
  if (more.length > 0) return reprOf(m, tuple(args));
  return of.ancestors.includes('KeyError') ? reprOf(m, first) : textOf(m, first);
}

function makeClasses(): ReadonlyMap<string, PyClass> {
  const classes = new Map<string, PyClass>();
  for (const [name, base] of bases) {
    const ancestors = base === null ? [] : (classes.get(base)?.ancestors.filter((one) => one !== 'object') ?? []);
    const made = defineClass<PyException>({
      name,
      bases: ancestors,
      is: isException,
      slots: {
        repr: (m, self) => `${name}(${self.args.map((one) => reprOf(m, one)).join(', ')})`,
        text: messageOf,
      },
      properties: { args: (_, self) => tuple(self.args) },
    });
    made.construct = (_, { positional }) => ({ type: 'exception', of: made, args: positional });
    classes.set(name, made);
  }
  return classes;
}

export const exceptionClasses = makeClasses();

/** Those that every expression knows by name. */
export const builtinExceptions: ReadonlyMap<string, PyClass> = new Map(
  [...exceptionClasses].filter(([name]) => !ofModules.has(name)),
);
