import { binary } from '../operators/binary.js';
import { itemOf, setItem } from '../operators/subscript.js';
import { isTrue, iterate, membersOf, nextOf } from '../values/protocols.js';
import { isObject } from '../values/type-of.js';
import type { Value } from '../values/value.js';
import type { Block, Statement } from '../syntax/tree.js';
import { assign, remove } from './assign.js';
import { evaluate, functionOf } from './evaluate.js';
import { executeRaise, executeTry } from './exceptions.js';
import type { Frame } from './frame.js';
import { executeImport } from './import.js';
import type { End, Machine, Run } from './machine.js';
import { executeMatch } from './match.js';
import { bind } from './names.js';
import { raise } from './raise.js';

export function* executeBlock(m: Machine, frame: Frame, block: Block): Run<End> {
  for (const statement of block) {
    const end = yield* execute(m, frame, statement);
    if (end !== null) return end;
  }
  return null;
}

function* execute(m: Machine, frame: Frame, node: Statement): Run<End> {
  m.step();
  m.at = node.at;
  switch (node.type) {
    case 'expression':
      yield* evaluate(m, frame, node.value);
      return null;
    case 'assign': {
      const value = yield* evaluate(m, frame, node.value);
      for (const target of node.targets) yield* assign(m, frame, target, value);
      return null;
    }
    case 'update':
      return yield* executeUpdate(m, frame, node);
    case 'if':
      for (const [index, { at, test, body }] of node.branches.entries()) {
        // An `elif` counts as the statement that it is.
        if (index > 0) m.step();
        m.at = at;
        if (isTrue(m, yield* evaluate(m, frame, test))) return yield* executeBlock(m, frame, body);
      }
      return yield* executeBlock(m, frame, node.otherwise);
    case 'while':
      while (isTrue(m, yield* evaluate(m, frame, node.test))) {
        const end = yield* executeBlock(m, frame, node.body);
        if (end?.type === 'break') return null;
        if (end?.type === 'return') return end;
        m.at = node.at;
      }
      return yield* executeBlock(m, frame, node.otherwise);
    case 'for': {
      const iterator = iterate(m, yield* evaluate(m, frame, node.iterable));
      for (let next = yield* nextOf(m, iterator); next !== undefined; next = yield* nextOf(m, iterator)) {
        yield* assign(m, frame, node.target, next);
        const end = yield* executeBlock(m, frame, node.body);
        if (end?.type === 'break') return null;
        if (end?.type === 'return') return end;
        m.at = node.at;
      }
      return yield* executeBlock(m, frame, node.otherwise);
    }
    case 'try':
      return yield* executeTry(m, frame, node);
    case 'raise':
      return yield* executeRaise(m, frame, node.value);
    case 'return':
      return { type: 'return', value: node.value === null ? null : yield* evaluate(m, frame, node.value) };
    case 'pass':
    case 'nonlocal':
      return null;
    case 'break':
    case 'continue':
      return { type: node.type };
    case 'delete':
      for (const target of node.targets) yield* remove(m, frame, target);
      return null;
    case 'import':
      executeImport(m, frame, node);
      return null;
    case 'def':
      bind(frame, node.name, yield* functionOf(m, frame, node, node.name));
      return null;
    case 'assert': {
      if (isTrue(m, yield* evaluate(m, frame, node.test))) return null;
      const args = node.text === null ? [] : [yield* evaluate(m, frame, node.text)];
      return raise(m, 'AssertionError', ...args);
    }
    case 'match':
      return yield* executeMatch(m, frame, node);
  }
}

function* executeUpdate(m: Machine, frame: Frame, node: Extract<Statement, { type: 'update' }>): Run<End> {
  const { target, operator } = node;
  if (target.type === 'subscript') {
    const object = yield* evaluate(m, frame, target.object);
    const key = yield* evaluate(m, frame, target.index);
    const before = itemOf(m, object, key);
    setItem(m, object, key, yield* updated(m, operator, before, yield* evaluate(m, frame, node.value)));
    return null;
  }
  const before = yield* evaluate(m, frame, target);
  yield* assign(m, frame, target, yield* updated(m, operator, before, yield* evaluate(m, frame, node.value)));
  return null;
}

/** `before operator= by`: a list grows in place. */
function* updated(m: Machine, operator: string, before: Value, by: Value): Run {
  if (isObject(before) && before.type === 'list' && operator === '+') {
    const added = yield* membersOf(m, by);
    m.growMembers(before.items.length, added.length);
    for (const item of added) before.items.push(item);
    return before;
  }
  if (isObject(before) && (before.type === 'dict' || before.type === 'set')) {
    const joined = binary(m, operator, before, by, `${operator}=`);
    if (isObject(joined) && joined.type === 'dict' && before.type === 'dict') {
      for (const [key, entry] of joined.entries) before.entries.set(key, entry);
      return before;
    }
    if (isObject(joined) && joined.type === 'set' && before.type === 'set') {
      before.members.clear();
      for (const [key, member] of joined.members) before.members.set(key, member);
      return before;
    }
    return joined;
  }
  if (isObject(before) && before.type === 'list' && operator === '*') {
    const joined = binary(m, operator, before, by);
    const items = yield* membersOf(m, joined);
    before.items.splice(0, before.items.length);
    for (const item of items) before.items.push(item);
    return before;
  }
  return binary(m, operator, before, by, `${operator}=`);
}
