import type { Machine, Run } from '../run/machine.js';
import type { Args, PyBuiltin, PyIterator, Value } from './value.js';

export type OrderOperator = '<' | '<=' | '>' | '>=';

/** A type of Python: what its values can do. What is not listed here does not exist. */
export interface PyClass {
  readonly type: 'class';
  readonly name: string;
  /** Its name and those of its base types. */
  readonly ancestors: readonly string[];
  /** Methods of its values. */
  readonly methods: ReadonlyMap<string, PyBuiltin>;
  /** Other attributes of its values. */
  readonly properties: ReadonlyMap<string, (m: Machine, self: Value) => Value>;
  /** Attributes of the type itself, such as `datetime.now`. */
  readonly statics: ReadonlyMap<string, Value>;
  readonly slots: Slots;
  construct: ((m: Machine, args: Args) => Value | Run) | null;
}

/** The protocols of a type; what is left out, its values cannot do. */
export interface Slots<V extends Value = Value> {
  repr?(m: Machine, self: V): string;
  text?(m: Machine, self: V): string;
  truth?(m: Machine, self: V): boolean;
  length?(m: Machine, self: V): number;
  /** `null`: not comparable, so not equal. */
  equals?(m: Machine, self: V, other: Value): boolean | null;
  /** `null`: not comparable. */
  order?(m: Machine, operator: OrderOperator, self: V, other: Value): boolean | null;
  /** Equal values have equal keys. `null`: no key; left out: each value is its own. */
  hash?: ((m: Machine, self: V) => string) | null;
  iterate?(m: Machine, self: V): PyIterator;
  contains?(m: Machine, self: V, item: Value): boolean;
  item?(m: Machine, self: V, key: Value): Value;
  setItem?(m: Machine, self: V, key: Value, value: Value): void;
  deleteItem?(m: Machine, self: V, key: Value): void;
  /** `undefined`: not for these operands. */
  binary?(m: Machine, operator: string, self: V, other: Value): Value | undefined;
  /** `other operator self`, where the left one did not know. */
  reflected?(m: Machine, operator: string, self: V, other: Value): Value | undefined;
  unary?(m: Machine, operator: string, self: V): Value | undefined;
  format?(m: Machine, self: V, spec: string): string;
}
