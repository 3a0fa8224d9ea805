import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { integerOf, isInteger, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';

/** @throws TypeError of Python */
export function asText(m: Machine, value: Value | undefined): string {
  if (typeof value === 'string') return value;
  return raise(m, 'TypeError', `expected str, not ${typeName(m, value ?? null)}`);
}

/** @throws TypeError of Python */
export function asInteger(m: Machine, value: Value | undefined): bigint {
  if (value !== undefined && isInteger(value)) return integerOf(value);
  return raise(m, 'TypeError', `'${typeName(m, value ?? null)}' object cannot be interpreted as an integer`);
}

/** An integer for the kit's own arithmetic; those beyond it are cut to it. */
export function asSmall(m: Machine, value: Value | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  const integer = asInteger(m, value);
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(integer > most ? most : integer < -most ? -most : integer);
}
