import { converted, formatValue } from '../format/value.js';
import { binary, unary } from '../operators/binary.js';
import { compare } from '../operators/compare.js';
import { itemOf } from '../operators/subscript.js';
import { emptyDict, list, setEntry, setOf, tuple } from '../values/create.js';
import { isTrue, iterate, membersOf, nextOf } from '../values/protocols.js';
import { isObject, typeName } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import type { Call, DictDisplay, Expression, FormattedPart, FormattedText, Lambda, Def } from '../syntax/tree.js';
import { attributeOf } from './attributes.js';
import { callWith } from './call.js';
import { comprehend } from './comprehension.js';
import type { Frame } from './frame.js';
import type { Machine, Run } from './machine.js';
import { bind, lookUp } from './names.js';
import { raise } from './raise.js';

/** The value of an expression. */
export function* evaluate(m: Machine, frame: Frame, node: Expression): Run {
  m.step();
  switch (node.type) {
    case 'constant':
      return node.value;
    case 'name':
      return lookUp(m, frame, node.id);
    case 'tuple':
      return tuple(yield* evaluateAll(m, frame, node.elements));
    case 'list':
      return list(yield* evaluateAll(m, frame, node.elements));
    case 'set':
      return setOf(m, yield* evaluateAll(m, frame, node.elements));
    case 'dict':
      return yield* evaluateDict(m, frame, node);
    case 'unary': {
      const value = yield* evaluate(m, frame, node.operand);
      return node.operator === 'not' ? !isTrue(m, value) : unary(m, node.operator, value);
    }
    case 'binary': {
      const left = yield* evaluate(m, frame, node.left);
      return binary(m, node.operator, left, yield* evaluate(m, frame, node.right));
    }
    case 'logical': {
      const left = yield* evaluate(m, frame, node.left);
      if (isTrue(m, left) === (node.operator === 'or')) return left;
      return yield* evaluate(m, frame, node.right);
    }
    case 'comparison': {
      let left = yield* evaluate(m, frame, node.first);
      for (const { operator, operand } of node.rest) {
        const right = yield* evaluate(m, frame, operand);
        if (!(yield* compare(m, operator, left, right))) return false;
        left = right;
      }
      return true;
    }
    case 'call':
      return yield* evaluateCall(m, frame, node);
    case 'attribute':
      return attributeOf(m, yield* evaluate(m, frame, node.object), node.name);
    case 'subscript': {
      const object = yield* evaluate(m, frame, node.object);
      return itemOf(m, object, yield* evaluate(m, frame, node.index));
    }
    case 'slice': {
      const start = node.start === null ? null : yield* evaluate(m, frame, node.start);
      const stop = node.stop === null ? null : yield* evaluate(m, frame, node.stop);
      const step = node.step === null ? null : yield* evaluate(m, frame, node.step);
      return { type: 'slice', start, stop, step };
    }
    case 'conditional': {
      const isMet = isTrue(m, yield* evaluate(m, frame, node.test));
      return yield* evaluate(m, frame, isMet ? node.body : node.otherwise);
    }
    case 'lambda':
      return yield* functionOf(m, frame, node, '<lambda>');
    case 'comprehension':
      return yield* comprehend(m, frame, node);
    case 'formatted':
      return yield* evaluateText(m, frame, node);
    case 'named': {
      const value = yield* evaluate(m, frame, node.value);
      bind(frame, node.name, value);
      return value;
    }
    case 'starred':
      return raise(m, 'TypeError', 'cannot use starred expression here');
  }
}

/** The values of elements, of which those with `*` are unpacked. */
function* evaluateAll(m: Machine, frame: Frame, nodes: readonly Expression[]): Run<Value[]> {
  const values: Value[] = [];
  for (const node of nodes)
    if (node.type === 'starred') values.push(...(yield* membersOf(m, yield* evaluate(m, frame, node.value))));
    else values.push(yield* evaluate(m, frame, node));
  m.allocateMembers(values.length);
  return values;
}

function* evaluateDict(m: Machine, frame: Frame, node: DictDisplay): Run {
  const dict = emptyDict();
  for (const { key, value } of node.entries) {
    if (key === null) {
      const other = yield* evaluate(m, frame, value);
      if (!isObject(other) || other.type !== 'dict')
        return raise(m, 'TypeError', `'${typeName(m, other)}' object is not a mapping`);
      for (const entry of other.entries.values()) setEntry(m, dict, entry.key, entry.value);
    } else {
      const name = yield* evaluate(m, frame, key);
      setEntry(m, dict, name, yield* evaluate(m, frame, value));
    }
  }
  return dict;
}

function* evaluateCall(m: Machine, frame: Frame, node: Call): Run {
  const callee = yield* evaluate(m, frame, node.callee);
  const positional: Value[] = [];
  const keywords = new Map<string, Value>();
  for (const { name, value } of node.args) {
    const given = yield* evaluate(m, frame, value);
    if (name === null) positional.push(given);
    else if (name === '*') {
      const iterator = iterate(m, given);
      for (let next = yield* nextOf(m, iterator); next !== undefined; next = yield* nextOf(m, iterator)) {
        m.growMembers(positional.length, 1);
        positional.push(next);
      }
    } else if (name === '**') addKeywords(m, keywords, given);
    else keywords.set(name, given);
  }
  return yield* callWith(m, callee, { positional, keywords });
}

function addKeywords(m: Machine, keywords: Map<string, Value>, given: Value): void {
  if (!isObject(given) || given.type !== 'dict') return raise(m, 'TypeError', 'argument after ** must be a mapping');
  for (const { key, value } of given.entries.values()) {
    if (typeof key !== 'string') return raise(m, 'TypeError', 'keywords must be strings');
    if (keywords.has(key)) return raise(m, 'TypeError', `got multiple values for keyword argument '${key}'`);
    keywords.set(key, value);
  }
}

function* evaluateText(m: Machine, frame: Frame, node: FormattedText): Run<string> {
  let text = '';
  for (const part of node.parts) {
    const shown = typeof part === 'string' ? part : yield* evaluatePart(m, frame, part);
    m.growText(text.length, shown.length);
    text += shown;
  }
  return text;
}

function* evaluatePart(m: Machine, frame: Frame, { value, conversion, spec }: FormattedPart): Run<string> {
  const shown = converted(m, yield* m.evaluate(frame, value), conversion);
  return formatValue(m, shown, spec === null ? '' : yield* evaluateText(m, frame, spec));
}

/** A function with the defaults of its parameters. */
export function* functionOf(m: Machine, frame: Frame, code: Lambda | Def, name: string): Run {
  const defaults = new Map<string, Value>();
  for (const { name: parameter, byDefault } of code.parameters)
    if (byDefault !== null) defaults.set(parameter, yield* evaluate(m, frame, byDefault));
  return { type: 'function', name, code, defaults, closure: frame };
}
