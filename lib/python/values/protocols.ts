import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import type { OrderOperator } from './class.js';
import type { PyIterator, Value } from './value.js';
import { typeName, typeOf } from './type-of.js';

/** `repr(value)` */
export function reprOf(m: Machine, value: Value): string {
  m.step();
  const { slots } = typeOf(m, value);
  const shown = nestedIn(m, () => slots.repr?.(m, value) ?? `<${typeName(m, value)} object>`);
  m.visit(shown.length);
  return shown;
}

/** `str(value)` */
export function textOf(m: Machine, value: Value): string {
  if (typeof value === 'string') return value;
  return typeOf(m, value).slots.text?.(m, value) ?? reprOf(m, value);
}

/** `bool(value)` */
export function isTrue(m: Machine, value: Value): boolean {
  if (typeof value === 'boolean') return value;
  const { slots } = typeOf(m, value);
  if (slots.truth !== undefined) return slots.truth(m, value);
  return slots.length === undefined || slots.length(m, value) > 0;
}

/** `one == other` */
export function isEqual(m: Machine, one: Value, other: Value): boolean {
  m.step();
  return nestedIn(
    m,
    () =>
      typeOf(m, one).slots.equals?.(m, one, other) ?? typeOf(m, other).slots.equals?.(m, other, one) ?? one === other,
  );
}

/** As members of collections are compared: the same value is equal to itself, as `nan` is not. */
export function isSameOrEqual(m: Machine, one: Value, other: Value): boolean {
  return one === other || isEqual(m, one, other);
}

const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** `one < other` and the like. @throws TypeError of Python where they have no order */
export function isOrdered(m: Machine, operator: OrderOperator, one: Value, other: Value): boolean {
  m.step();
  const found = nestedIn(
    m,
    () =>
      typeOf(m, one).slots.order?.(m, operator, one, other) ??
      typeOf(m, other).slots.order?.(m, mirrored[operator], other, one),
  );
  if (found !== null && found !== undefined) return found;
  return raise(
    m,
    'TypeError',
    `'${operator}' not supported between instances of '${typeName(m, one)}' and '${typeName(m, other)}'`,
  );
}

/** The key of a value in dicts and sets. @throws TypeError of Python where it has none */
export function hashKey(m: Machine, value: Value): string {
  if (typeof value === 'string') {
    m.visit(value.length);
    return `s${value}`;
  }
  const { hash } = typeOf(m, value).slots;
  if (hash === null) return raise(m, 'TypeError', `unhashable type: '${typeName(m, value)}'`);
  if (hash === undefined) return `o${String(typeof value === 'object' && value !== null ? m.identityOf(value) : 0)}`;
  const key = nestedIn(m, () => hash(m, value));
  m.step();
  m.allocate(key.length);
  return key;
}

/** The members of a value, one after the other. @throws TypeError of Python where it has none */
export function iterate(m: Machine, value: Value): PyIterator {
  const found = typeOf(m, value).slots.iterate?.(m, value);
  return found ?? raise(m, 'TypeError', `'${typeName(m, value)}' object is not iterable`);
}

/** The next member; `undefined`: no more. */
export function* nextOf(m: Machine, iterator: PyIterator): Run<Value | undefined> {
  m.step();
  const next = iterator.next();
  return isRun(next) ? yield* next : next;
}

/** All members, as a list of the kit. */
export function* membersOf(m: Machine, value: Value): Run<Value[]> {
  const members: Value[] = [];
  if (typeof value === 'object' && value !== null && (value.type === 'list' || value.type === 'tuple')) {
    m.visit(value.items.length);
    m.allocateMembers(value.items.length);
    return [...value.items];
  }
  const iterator = iterate(m, value);
  for (let next = yield* nextOf(m, iterator); next !== undefined; next = yield* nextOf(m, iterator)) {
    m.growMembers(members.length, 1);
    members.push(next);
  }
  return members;
}

/** `item in container` */
export function* contains(m: Machine, container: Value, item: Value): Run<boolean> {
  const { slots } = typeOf(m, container);
  if (slots.contains !== undefined) return slots.contains(m, container, item);
  if (slots.iterate === undefined)
    return raise(m, 'TypeError', `argument of type '${typeName(m, container)}' is not a container or iterable`);
  const iterator = iterate(m, container);
  for (let next = yield* nextOf(m, iterator); next !== undefined; next = yield* nextOf(m, iterator))
    if (isSameOrEqual(m, next, item)) return true;
  return false;
}

export function isRun<T>(value: Value | undefined | Run<T>): value is Run<T> {
  return typeof value === 'object' && value !== null && !('type' in value);
}

/** Values within values, and calls within calls, are counted together. */
export function nestedIn<T>(m: Machine, inner: () => T): T {
  m.enter();
  try {
    return inner();
  } finally {
    m.leave();
  }
}
