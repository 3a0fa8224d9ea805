import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { typeName, typeOf } from '../values/type-of.js';
import type { Value } from '../values/value.js';

/** `left operator right`. @throws TypeError of Python where neither type knows it */
export function binary(m: Machine, operator: string, left: Value, right: Value, shown = operator): Value {
  m.step();
  const found =
    typeOf(m, left).slots.binary?.(m, operator, left, right) ??
    typeOf(m, right).slots.reflected?.(m, operator, right, left);
  if (found !== undefined) return found;
  if (operator === '+' && typeof left === 'string')
    return raise(m, 'TypeError', `can only concatenate str (not "${typeName(m, right)}") to str`);
  const name = shown === '**' ? '** or pow()' : shown;
  const types = `'${typeName(m, left)}' and '${typeName(m, right)}'`;
  return raise(m, 'TypeError', `unsupported operand type(s) for ${name}: ${types}`);
}

/** `operator value`. */
export function unary(m: Machine, operator: string, value: Value): Value {
  const found = typeOf(m, value).slots.unary?.(m, operator, value);
  return found ?? raise(m, 'TypeError', `bad operand type for unary ${operator}: '${typeName(m, value)}'`);
}
