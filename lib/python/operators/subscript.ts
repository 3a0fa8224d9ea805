import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { integerOf, isInteger, isObject, typeName, typeOf } from '../values/type-of.js';
import type { PySlice, Value } from '../values/value.js';

/** `object[key]` */
export function itemOf(m: Machine, object: Value, key: Value): Value {
  m.step();
  const { slots } = typeOf(m, object);
  if (slots.item === undefined) return raise(m, 'TypeError', `'${typeName(m, object)}' object is not subscriptable`);
  return slots.item(m, object, key);
}

/** `object[key] = value` */
export function setItem(m: Machine, object: Value, key: Value, value: Value): void {
  const { slots } = typeOf(m, object);
  if (slots.setItem === undefined)
    raise(m, 'TypeError', `'${typeName(m, object)}' object does not support item assignment`);
  else slots.setItem(m, object, key, value);
}

/** `del object[key]` */
export function deleteItem(m: Machine, object: Value, key: Value): void {
  const { slots } = typeOf(m, object);
  if (slots.deleteItem === undefined)
    raise(m, 'TypeError', `'${typeName(m, object)}' object does not support item deletion`);
  else slots.deleteItem(m, object, key);
}

/** The place that an index means. @throws IndexError or TypeError of Python */
export function indexIn(m: Machine, key: Value, length: number, name: string): number {
  if (!isInteger(key))
    return raise(m, 'TypeError', `${name} indices must be integers or slices, not ${typeName(m, key)}`);
  const given = integerOf(key);
  const index = given < 0n ? given + BigInt(length) : given;
  if (index < 0n || index >= BigInt(length)) return raise(m, 'IndexError', `${name} index out of range`);
  return Number(index);
}

export function isSlice(value: Value): value is PySlice {
  return isObject(value) && value.type === 'slice';
}

/** The places that a slice means, in its order. */
export function sliceRange(
  m: Machine,
  slice: PySlice,
  length: number,
): { readonly start: number; readonly stop: number; readonly step: number; readonly places: readonly number[] } {
  const step = part(m, slice.step) ?? 1n;
  if (step === 0n) return raise(m, 'ValueError', 'slice step cannot be zero');
  const size = BigInt(length);
  const lowest = step < 0n ? -1n : 0n;
  const highest = step < 0n ? size - 1n : size;
  const bound = (value: bigint | null, byDefault: bigint): bigint => {
    if (value === null) return byDefault;
    const from = value < 0n ? value + size : value;
    return from < lowest ? lowest : from > highest ? highest : from;
  };
  const start = bound(part(m, slice.start), step < 0n ? highest : lowest);
  const stop = bound(part(m, slice.stop), step < 0n ? lowest : highest);
  const places: number[] = [];
  for (let at = start; step < 0n ? at > stop : at < stop; at += step) places.push(Number(at));
  m.visit(places.length);
  return { start: Number(start), stop: Number(stop), step: Number(step), places };
}

function part(m: Machine, value: Value): bigint | null {
  if (value === null) return null;
  if (isInteger(value)) return integerOf(value);
  return raise(m, 'TypeError', 'slice indices must be integers or None or have an __index__ method');
}
