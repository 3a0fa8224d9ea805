import { isObject, typeName } from '../values/type-of.js';
import { isRun } from '../values/protocols.js';
import { dictOf, tuple } from '../values/create.js';
import type { Args, PyFunction, PyObject, Value } from '../values/value.js';
import type { Frame } from './frame.js';
import type { Machine, Run } from './machine.js';
import { raise } from './raise.js';

const noKeywords: ReadonlyMap<string, Value> = new Map();

/** Calls a value with positional arguments. */
export function call(m: Machine, callee: Value, ...positional: readonly Value[]): Run {
  return callWith(m, callee, { positional, keywords: noKeywords });
}

export function* callWith(m: Machine, callee: Value, args: Args): Run {
  m.step();
  if (!isObject(callee)) return notCallable(m, callee);
  if (callee.type === 'function') {
    m.enter();
    try {
      return yield* callFunction(m, callee, args);
    } finally {
      m.leave();
    }
  }
  const result = callKit(m, callee, args);
  return isRun(result) ? yield* result : result;
}

/** Calls what the kit defines: its functions, methods and types. */
function callKit(m: Machine, callee: PyObject, args: Args): Value | Run {
  if (callee.type === 'builtin') return callee.call(m, args);
  if (callee.type === 'method') return callee.of.call(m, { ...args, positional: [callee.self, ...args.positional] });
  if (callee.type !== 'class') return notCallable(m, callee);
  if (callee.construct === null) return raise(m, 'TypeError', `cannot create '${callee.name}' instances`);
  return callee.construct(m, args);
}

function notCallable(m: Machine, value: Value): never {
  return raise(m, 'TypeError', `'${typeName(m, value)}' object is not callable`);
}

function* callFunction(m: Machine, callee: PyFunction, args: Args): Run {
  const { code, closure } = callee;
  const frame: Frame = {
    names: bindParameters(m, callee, args),
    locals: code.locals,
    outer: closure,
    handled: null,
  };
  if (code.type === 'lambda') return yield* m.evaluate(frame, code.body);
  const { at } = m;
  const end = yield* m.execute(frame, code.body);
  m.at = at;
  return end?.type === 'return' ? end.value : null;
}

function bindParameters(m: Machine, callee: PyFunction, args: Args): Map<string, Value> {
  const { name, code, defaults } = callee;
  const names = new Map<string, Value>();
  const keywords = new Map(args.keywords);
  let next = 0;
  for (const parameter of code.parameters) {
    const { kind } = parameter;
    if (kind === 'rest') {
      names.set(parameter.name, tuple(args.positional.slice(next)));
      next = args.positional.length;
      continue;
    }
    if (kind === 'keywords') {
      names.set(parameter.name, dictOf(m, keywords));
      keywords.clear();
      continue;
    }
    const positional = kind === 'keyword' ? undefined : args.positional[next];
    if (positional !== undefined) {
      next += 1;
      if (kind === 'any' && keywords.has(parameter.name))
        raise(m, 'TypeError', `${name}() got multiple values for argument '${parameter.name}'`);
      names.set(parameter.name, positional);
      continue;
    }
    const keyword = kind === 'positional' ? undefined : keywords.get(parameter.name);
    if (keyword !== undefined) keywords.delete(parameter.name);
    const value = keyword === undefined ? defaults.get(parameter.name) : keyword;
    if (value === undefined) raise(m, 'TypeError', `${name}() missing a required argument: '${parameter.name}'`);
    else names.set(parameter.name, value);
  }
  if (next < args.positional.length)
    raise(m, 'TypeError', `${name}() takes ${next} positional arguments but ${args.positional.length} were given`);
  for (const keyword of keywords.keys())
    raise(m, 'TypeError', `${name}() got an unexpected keyword argument '${keyword}'`);
  return names;
}
