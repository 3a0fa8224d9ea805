import { formatValue } from '../format/value.js';
import { attributeOf, findAttribute } from '../run/attributes.js';
import type { Machine } from '../run/machine.js';
import { isSubclass, raise } from '../run/raise.js';
import { reprOf, textOf } from '../values/protocols.js';
import { asciiOf } from '../values/text-repr.js';
import { isObject, typeName, typeOf } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { Value } from '../values/value.js';
import { asText } from '../types/arguments.js';
import type { Bound } from '../types/signature.js';

/** Functions that ask what a value is. */
export const objectFunctions = {
  ascii: ['object, /', (m: Machine, [value = null]: Bound) => asciiOf(reprOf(m, value))],
  callable: [
    'object, /',
    (_: Machine, [value = null]: Bound) =>
      isObject(value) && ['function', 'builtin', 'method', 'class'].includes(value.type),
  ],
  format: [
    'value, format_spec=, /',
    (m: Machine, [value = null, spec = '']: Bound) => formatValue(m, value, asText(m, spec)),
  ],
  getattr: [
    'object, name, default=, /',
    (m: Machine, [value = null, name, byDefault]: Bound) => {
      const key = asText(m, name);
      if (byDefault === undefined) return attributeOf(m, value, key);
      const found = findAttribute(m, value, key);
      return found === undefined ? byDefault : found;
    },
  ],
  hasattr: [
    'object, name, /',
    (m: Machine, [value = null, name]: Bound) => findAttribute(m, value, asText(m, name)) !== undefined,
  ],
  isinstance: [
    'object, classinfo, /',
    (m: Machine, [value = null, classes = null]: Bound) =>
      classesOf(m, classes).some((one) => isSubclass(typeOf(m, value), one.name)),
  ],
  issubclass: [
    'class, classinfo, /',
    (m: Machine, [value = null, classes = null]: Bound) => {
      if (!isObject(value) || value.type !== 'class')
        return raise(m, 'TypeError', 'issubclass() arg 1 must be a class');
      return classesOf(m, classes).some((one) => isSubclass(value, one.name));
    },
  ],
  len: [
    'obj, /',
    (m: Machine, [value = null]: Bound) => {
      const { slots } = typeOf(m, value);
      if (slots.length === undefined)
        return raise(m, 'TypeError', `object of type '${typeName(m, value)}' has no len()`);
      if (typeof value === 'string') m.visit(value.length);
      return BigInt(slots.length(m, value));
    },
  ],
  print: [
    '*args, sep=, end=',
    (m: Machine, [args = null, separator = ' ']: Bound) => {
      const parts = isObject(args) && args.type === 'tuple' ? textsOf(m, args.items) : [];
      const text = parts.join(asText(m, separator ?? ' '));
      m.visit(text.length);
      m.print(text);
      return null;
    },
  ],
  repr: ['object, /', (m: Machine, [value = null]: Bound) => reprOf(m, value)],
} as const;

function textsOf(m: Machine, values: readonly Value[]): readonly string[] {
  let length = 0;
  return values.map((value) => {
    const text = textOf(m, value);
    m.growText(length, text.length);
    length += text.length;
    return text;
  });
}

function classesOf(m: Machine, value: Value): readonly PyClass[] {
  if (isObject(value) && value.type === 'class') return [value];
  if (isObject(value) && value.type === 'tuple') return value.items.flatMap((one) => classesOf(m, one));
  return raise(m, 'TypeError', 'isinstance() arg 2 must be a type, or a tuple of types');
}
