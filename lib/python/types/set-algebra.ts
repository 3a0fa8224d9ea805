import type { Machine } from '../run/machine.js';
import { setOf } from '../values/create.js';
import { isObject } from '../values/type-of.js';
import type { OrderOperator } from '../values/class.js';
import type { PySet, Value } from '../values/value.js';

export function isSet(value: Value): value is PySet {
  return isObject(value) && (value.type === 'set' || value.type === 'frozenset');
}

/** `|`, `&`, `-` and `^`; `undefined` for other operators and operands. */
export function combineSets(m: Machine, operator: string, one: Value, other: Value): PySet | undefined {
  if (!isSet(one) || !isSet(other)) return undefined;
  m.visit(one.members.size + other.members.size);
  const mine = [...one.members];
  const others = [...other.members];
  const combined =
    operator === '|'
      ? [...mine, ...others]
      : operator === '&'
        ? mine.filter(([key]) => other.members.has(key))
        : operator === '-'
          ? mine.filter(([key]) => !other.members.has(key))
          : operator === '^'
            ? [...mine.filter(([key]) => !other.members.has(key)), ...others.filter(([key]) => !one.members.has(key))]
            : null;
  return combined === null
    ? undefined
    : setOf(
        m,
        combined.map(([, member]) => member),
        one.type,
      );
}

/** The order of sets is that of subsets. */
export function compareSets(operator: OrderOperator, one: Value, other: Value): boolean | null {
  if (!isSet(one) || !isSet(other)) return null;
  const [small, large] = operator.startsWith('<') ? [one, other] : [other, one];
  const isWithin = [...small.members.keys()].every((key) => large.members.has(key));
  return isWithin && (operator.endsWith('=') || small.members.size < large.members.size);
}
