import type { Machine, Run } from '../run/machine.js';
import { raise } from '../run/raise.js';
import type { PyClass, Slots } from '../values/class.js';
import type { PyBuiltin, Value } from '../values/value.js';
import { bindArguments, parseSignature, type Bound } from './signature.js';

type Method<V> = readonly [signature: string, run: (m: Machine, self: V, args: Bound) => Value | Run];
type Function = readonly [signature: string, run: (m: Machine, args: Bound) => Value | Run];

interface ClassSpec<V extends Value> {
  readonly name: string;
  /** Its base types, the nearest first. */
  readonly bases?: readonly string[];
  is(value: Value): value is V;
  readonly slots?: Slots<V>;
  readonly methods?: Readonly<Record<string, Method<V>>>;
  readonly properties?: Readonly<Record<string, (m: Machine, self: V) => Value>>;
  readonly statics?: Readonly<Record<string, Value>>;
  /** Left out: it cannot be called. */
  readonly construct?: Function;
}

/** A function of the kit. */
export function builtin(name: string, signature: string, run: (m: Machine, args: Bound) => Value | Run): PyBuiltin {
  const parameters = parseSignature(signature);
  return { type: 'builtin', name, call: (m, args) => run(m, bindArguments(m, name, parameters, args)) };
}

/** Functions of the kit by name. */
export function builtins(functions: Readonly<Record<string, Function>>): ReadonlyMap<string, PyBuiltin> {
  return new Map(
    Object.entries(functions).map(([name, [signature, run]]) => [name, builtin(name, signature, run)] as const),
  );
}

/** A type of the kit. */
export function defineClass<V extends Value>(spec: ClassSpec<V>): PyClass {
  const { name, bases = [], methods = {}, properties = {}, statics = {}, construct } = spec;
  const selfOf = (m: Machine, value: Value): V =>
    spec.is(value) ? value : raise(m, 'TypeError', `descriptor requires a '${name}' object`);
  const parsed = construct === undefined ? [] : parseSignature(construct[0]);
  return {
    type: 'class',
    name,
    ancestors: [name, ...bases, 'object'],
    methods: new Map(
      Object.entries(methods).map(([key, [signature, run]]) => [
        key,
        builtin(key, `self, /, ${signature}`, (m, [self = null, ...args]) => run(m, selfOf(m, self), args)),
      ]),
    ),
    properties: new Map(
      Object.entries(properties).map(([key, get]) => [key, (m: Machine, self: Value) => get(m, selfOf(m, self))]),
    ),
    statics: new Map(Object.entries(statics)),
    slots: checkedSlots(spec.slots ?? {}, selfOf),
    construct: construct === undefined ? null : (m, args) => construct[1](m, bindArguments(m, name, parsed, args)),
  };
}

function checkedSlots<V extends Value>(slots: Slots<V>, selfOf: (m: Machine, value: Value) => V): Slots {
  const checked: Slots = {};
  const { hash } = slots;
  if (hash !== undefined) checked.hash = hash === null ? null : (m, self) => hash(m, selfOf(m, self));
  const { repr, text, truth, length, equals, order, iterate, contains, item, setItem, deleteItem } = slots;
  if (repr !== undefined) checked.repr = (m, self) => repr(m, selfOf(m, self));
  if (text !== undefined) checked.text = (m, self) => text(m, selfOf(m, self));
  if (truth !== undefined) checked.truth = (m, self) => truth(m, selfOf(m, self));
  if (length !== undefined) checked.length = (m, self) => length(m, selfOf(m, self));
  if (equals !== undefined) checked.equals = (m, self, other) => equals(m, selfOf(m, self), other);
  if (order !== undefined) checked.order = (m, operator, self, other) => order(m, operator, selfOf(m, self), other);
  if (iterate !== undefined) checked.iterate = (m, self) => iterate(m, selfOf(m, self));
  if (contains !== undefined) checked.contains = (m, self, one) => contains(m, selfOf(m, self), one);
  if (item !== undefined) checked.item = (m, self, key) => item(m, selfOf(m, self), key);
  if (setItem !== undefined) checked.setItem = (m, self, key, value) => setItem(m, selfOf(m, self), key, value);
  if (deleteItem !== undefined) checked.deleteItem = (m, self, key) => deleteItem(m, selfOf(m, self), key);
  const { binary, reflected, unary, format } = slots;
  if (binary !== undefined) checked.binary = (m, operator, self, other) => binary(m, operator, selfOf(m, self), other);
  if (reflected !== undefined)
    checked.reflected = (m, operator, self, other) => reflected(m, operator, selfOf(m, self), other);
  if (unary !== undefined) checked.unary = (m, operator, self) => unary(m, operator, selfOf(m, self));
  if (format !== undefined) checked.format = (m, self, spec) => format(m, selfOf(m, self), spec);
  return checked;
}
