import type { PyClass } from '../values/class.js';
import type { PyModule, Value } from '../values/value.js';
import type { PythonLimits } from '../limits.js';
import type { Block, Expression } from '../syntax/tree.js';
import type { Frame } from './frame.js';

/** A computation that waits for the host by yielding its promises. */
export type Run<T = Value> = Generator<Promise<unknown>, T, unknown>;

/** Why a block ended before its end; `null`: it did not. */
export type End = { readonly type: 'return'; readonly value: Value } | { readonly type: 'break' | 'continue' } | null;

/** One run: what it has left, and the tables that it finds everything in. */
export interface Machine {
  readonly limits: PythonLimits;
  readonly classes: ReadonlyMap<string, PyClass>;
  readonly builtins: ReadonlyMap<string, Value>;
  readonly modules: ReadonlyMap<string, PyModule>;
  readonly globals: ReadonlyMap<string, Value>;
  /** The offset of the statement that runs. */
  at: number;
  /** The parts of the evaluator that call each other. */
  evaluate(frame: Frame, node: Expression): Run;
  execute(frame: Frame, block: Block): Run<End>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Takes steps. @throws LimitExceeded */
  step(count?: number): void;
  /** Takes a step for each 64 visited members or characters. @throws LimitExceeded */
  visit(count: number): void;
  /** Takes memory for that many characters. @throws LimitExceeded */
  allocate(count: number): void;
  /** @throws LimitExceeded where one text would be longer than allowed, and takes its memory */
  allocateText(length: number): void;
  /** @throws LimitExceeded where one collection would have too many members, and takes their memory */
  allocateMembers(count: number): void;
  /** Adds to a text or a collection that has `size` by now. @throws LimitExceeded */
  growText(size: number, by: number): void;
  growMembers(size: number, by: number): void;
  /** Begins a call within the present one. @throws LimitExceeded */
  enter(): void;
  leave(): void;
  /** A number of its own for each object without a key. */
  identityOf(value: object): number;
  /** Text that `print` shows. */
  print(text: string): void;
}
