import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { reprOf, textOf } from '../values/protocols.js';
import { asciiOf } from '../values/text-repr.js';
import { typeName, typeOf } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import { formatText } from './spec.js';

/** `format(value, spec)` */
export function formatValue(m: Machine, value: Value, spec: string): string {
  const { slots } = typeOf(m, value);
  const text = formatWith(m, value, spec, slots.format);
  m.allocateText(text.length);
  return text;
}

function formatWith(
  m: Machine,
  value: Value,
  spec: string,
  format: ((m: Machine, self: Value, spec: string) => string) | undefined,
): string {
  if (typeof value === 'string') return formatText(m, value, spec);
  if (format !== undefined) return format(m, value, spec);
  if (spec !== '') raise(m, 'TypeError', `unsupported format string passed to ${typeName(m, value)}.__format__`);
  return textOf(m, value);
}

/** `!r`, `!s` and `!a`. */
export function converted(m: Machine, value: Value, conversion: string | null): Value {
  if (conversion === 'r') return reprOf(m, value);
  if (conversion === 's') return textOf(m, value);
  return conversion === 'a' ? asciiOf(reprOf(m, value)) : value;
}
