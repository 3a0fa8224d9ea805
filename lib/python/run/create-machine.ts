import { LimitExceeded, type PythonLimits } from '../limits.js';
import type { PyClass } from '../values/class.js';
import type { PyModule, Value } from '../values/value.js';
import { evaluate } from './evaluate.js';
import { executeBlock } from './execute.js';
import type { Machine } from './machine.js';

interface MachineSettings {
  readonly limits: PythonLimits;
  readonly classes: ReadonlyMap<string, PyClass>;
  readonly builtins: ReadonlyMap<string, Value>;
  readonly modules: ReadonlyMap<string, PyModule>;
  readonly globals: ReadonlyMap<string, Value>;
  now(): number;
  /** Milliseconds that the evaluation has taken. */
  elapsed(): number;
  print(text: string): void;
}

export function createMachine({ limits, elapsed, ...tables }: MachineSettings): Machine {
  let steps = 0;
  let memory = 0;
  let depth = 0;
  let untilTime = 256;
  const identities = new WeakMap<object, number>();
  let lastIdentity = 0;

  function step(count = 1): void {
    steps += count;
    if (steps > limits.steps) throw new LimitExceeded(`the expression takes more than ${String(limits.steps)} steps`);
    untilTime -= count;
    if (untilTime > 0) return;
    untilTime = 256;
    if (elapsed() > limits.milliseconds)
      throw new LimitExceeded(`the expression takes longer than ${String(limits.milliseconds)} ms`);
  }

  function allocate(count: number): void {
    memory += count;
    if (memory > limits.memory) throw new LimitExceeded('the expression takes too much memory');
  }

  function growText(size: number, by: number): void {
    if (size + by > limits.text) throw new LimitExceeded(`a text is longer than ${String(limits.text)} characters`);
    allocate(by);
    if (by >= 64) step(by >> 6);
  }

  function growMembers(size: number, by: number): void {
    if (size + by > limits.members)
      throw new LimitExceeded(`a collection has more than ${String(limits.members)} members`);
    allocate(8 * by);
    if (by >= 64) step(by >> 6);
  }

  const machine: Machine = {
    ...tables,
    limits,
    at: 0,
    evaluate: (frame, expression) => evaluate(machine, frame, expression),
    execute: (frame, block) => executeBlock(machine, frame, block),
    step,
    visit(count) {
      if (count >= 64) step(count >> 6);
    },
    allocate,
    allocateText: (length) => growText(0, length),
    growText,
    allocateMembers: (count) => growMembers(0, count),
    growMembers,
    enter() {
      depth += 1;
      if (depth > limits.depth)
        throw new LimitExceeded(`calls or values are nested more than ${String(limits.depth)} deep`);
    },
    leave() {
      depth -= 1;
    },
    identityOf(value) {
      const known = identities.get(value);
      if (known !== undefined) return known;
      lastIdentity += 1;
      identities.set(value, lastIdentity);
      return lastIdentity;
    },
  };
  return machine;
}
