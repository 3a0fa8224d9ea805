import { isObject } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { PyException, Value } from '../values/value.js';
import type { Expression, Try } from '../syntax/tree.js';
import { call } from './call.js';
import type { Frame } from './frame.js';
import type { End, Machine, Run } from './machine.js';
import { bind } from './names.js';
import { isSubclass, raise, Raised } from './raise.js';

export function* executeTry(m: Machine, frame: Frame, node: Try): Run<End> {
  if (node.last.length === 0) return yield* handled(m, frame, node);
  let end: End;
  try {
    end = yield* handled(m, frame, node);
  } catch (error) {
    // Above a limit, and where the host failed, nothing more runs.
    if (!(error instanceof Raised)) throw error;
    const last = yield* m.execute(frame, node.last);
    if (last !== null) return last;
    throw error;
  }
  return (yield* m.execute(frame, node.last)) ?? end;
}

function* handled(m: Machine, frame: Frame, node: Try): Run<End> {
  let raised: Raised;
  try {
    const end = yield* m.execute(frame, node.body);
    if (end !== null) return end;
    return yield* elseBlock(m, frame, node);
  } catch (error) {
    if (error instanceof OutsideTry) throw error.inner;
    if (!(error instanceof Raised)) throw error;
    raised = error;
  }
  for (const { matches, name, body, at } of node.handlers) {
    m.at = at;
    if (matches !== null && !isCaught(m, raised.exception, yield* m.evaluate(frame, matches))) continue;
    if (name !== null) bind(frame, name, raised.exception);
    const before = frame.handled;
    frame.handled = raised;
    try {
      return yield* m.execute(frame, body);
    } finally {
      frame.handled = before;
      if (name !== null) frame.names.delete(name);
    }
  }
  throw raised;
}

/** What the `else` of a `try` raises is not for its own handlers. */
class OutsideTry extends Error {
  constructor(readonly inner: unknown) {
    super();
  }
}

function* elseBlock(m: Machine, frame: Frame, node: Try): Run<End> {
  try {
    return yield* m.execute(frame, node.otherwise);
  } catch (error) {
    throw new OutsideTry(error);
  }
}

function isCaught(m: Machine, exception: PyException, matches: Value): boolean {
  const classes = isObject(matches) && matches.type === 'tuple' ? matches.items : [matches];
  return classes.some((one) => {
    if (!isExceptionClass(one))
      return raise(m, 'TypeError', 'catching classes that do not inherit from BaseException is not allowed');
    return isSubclass(exception.of, one.name);
  });
}

function isExceptionClass(value: Value): value is PyClass {
  return isObject(value) && value.type === 'class' && value.ancestors.includes('BaseException');
}

export function* executeRaise(m: Machine, frame: Frame, node: Expression | null): Run<never> {
  if (node === null) {
    for (let at: Frame | null = frame; at !== null; at = at.outer) if (at.handled !== null) throw at.handled;
    return raise(m, 'RuntimeError', 'No active exception to reraise');
  }
  const value = yield* m.evaluate(frame, node);
  const exception = isExceptionClass(value) ? yield* call(m, value) : value;
  if (isObject(exception) && exception.type === 'exception') throw new Raised(exception, m.at);
  return raise(m, 'TypeError', 'exceptions must derive from BaseException');
}
