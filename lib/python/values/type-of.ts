import type { Machine } from '../run/machine.js';
import type { PyClass } from './class.js';
import type { Value } from './value.js';

/** The key of a value's type in the table of types. */
export function typeKey(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'object') return value.type === 'view' ? `dict_${value.shows}` : value.type;
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'int' : 'float';
}

/** The type of a value. */
export function typeOf(m: Machine, value: Value): PyClass {
  if (isObject(value) && value.type === 'exception') return value.of;
  const found = m.classes.get(typeKey(value));
  if (found === undefined) throw new Error(`the type ${typeKey(value)} is not in the table`);
  return found;
}

/** The name of a value's type, as messages have it. */
export function typeName(m: Machine, value: Value): string {
  if (isObject(value)) {
    if (value.type === 'record') return value.className;
    if (value.type === 'tuple' && value.className !== undefined) return value.className;
    if (value.type === 'iterator') return value.name;
    if (value.type === 'class') return 'type';
  }
  return typeOf(m, value).name;
}

export function isObject(value: Value): value is Exclude<Value, null | boolean | bigint | number | string> {
  return typeof value === 'object' && value !== null;
}

/** True for a bool too, which is an int of Python. */
export function isInteger(value: Value): value is bigint | boolean {
  return typeof value === 'bigint' || typeof value === 'boolean';
}

export function isNumber(value: Value): value is bigint | boolean | number {
  return isInteger(value) || typeof value === 'number';
}

export function integerOf(value: bigint | boolean): bigint {
  return typeof value === 'boolean' ? (value ? 1n : 0n) : value;
}

export function floatOf(value: bigint | boolean | number): number {
  return Number(value);
}
