import type { DateTimeValue } from '../modules/datetime/values.js';
import type { NetworkValue } from '../modules/ip-values.js';
import type { RegexValue } from '../modules/re-values.js';
import type { Machine, Run } from '../run/machine.js';
import type { Lambda, Def } from '../syntax/tree.js';
import type { Frame } from '../run/frame.js';
import type { PyClass } from './class.js';

/** A value of an expression. Nothing else of the process is one, so nothing else can be reached. */
export type Value = null | boolean | bigint | number | string | PyObject;

export type PyObject =
  | PyList
  | PyTuple
  | PyDict
  | PySet
  | PyRange
  | PySlice
  | PyFunction
  | PyBuiltin
  | PyMethod
  | PyClass
  | PyModule
  | PyException
  | PyIterator
  | PyView
  | PyRecord
  | PyEllipsis
  | DateTimeValue
  | NetworkValue
  | RegexValue;

export interface PyList {
  readonly type: 'list';
  readonly items: Value[];
}

export interface PyTuple {
  readonly type: 'tuple';
  readonly items: readonly Value[];
  /** The names of its items, where it is the result of a function that names them. */
  readonly names?: readonly string[];
  readonly className?: string;
}

/** A host's entry may compute its value when it is first read. */
export interface DictEntry {
  readonly key: Value;
  value: Value;
}

export interface PyDict {
  readonly type: 'dict';
  readonly entries: Map<string, DictEntry>;
}

export interface PySet {
  readonly type: 'set' | 'frozenset';
  readonly members: Map<string, Value>;
}

export interface PyRange {
  readonly type: 'range';
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly length: bigint;
}

export interface PySlice {
  readonly type: 'slice';
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

export interface PyFunction {
  readonly type: 'function';
  readonly name: string;
  readonly code: Lambda | Def;
  readonly defaults: ReadonlyMap<string, Value>;
  readonly closure: Frame;
}

export interface Args {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

/** A function of the kit. */
export interface PyBuiltin {
  readonly type: 'builtin';
  readonly name: string;
  call(m: Machine, args: Args): Value | Run;
}

/** A method with the value that it belongs to. */
export interface PyMethod {
  readonly type: 'method';
  readonly name: string;
  readonly self: Value;
  readonly of: PyBuiltin;
}

export interface PyModule {
  readonly type: 'module';
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;
}

export interface PyException {
  readonly type: 'exception';
  readonly of: PyClass;
  readonly args: readonly Value[];
}

export interface PyIterator {
  readonly type: 'iterator';
  readonly name: string;
  /** `undefined`: no more. */
  next(): Value | undefined | Run<Value | undefined>;
}

/** `keys()`, `values()` or `items()` of a dict. */
export interface PyView {
  readonly type: 'view';
  readonly of: PyDict;
  readonly shows: 'keys' | 'values' | 'items';
}

/** An object of the host: attributes by name, and no others. */
export interface PyRecord {
  readonly type: 'record';
  readonly className: string;
  readonly attributes: ReadonlyMap<string, Value>;
  readonly text: string;
  /** Records with the same key are equal; left out: only with itself. */
  readonly key?: string;
  /** False counts as false in conditions; default true. */
  readonly truth?: boolean;
}

interface PyEllipsis {
  readonly type: 'ellipsis';
}
