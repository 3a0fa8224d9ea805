import { builtinTable } from '../builtins/table.js';
import type { Expression, Program } from '../syntax/tree.js';
import { classTable } from '../types/table.js';
import type { PyClass } from '../values/class.js';
import { isObject, typeKey } from '../values/type-of.js';
import type { PyModule, Value } from '../values/value.js';
import type { GlobalName, HostValue } from './environment.js';
import { isLocal, type Scope } from './scope.js';
import { soleBindings } from './sole-bindings.js';

/** What is known of a value without running: a module or a type itself, its type, or what the host says of its own. */
export type Known =
  { readonly itself: PyModule | PyClass } | { readonly type: PyClass } | { readonly host: HostValue } | null;

export interface StaticValues {
  known(node: Expression, scope: Scope): Known;
  /** What an import or Python's own names give for an expression, such as a function of a module. */
  value(node: Expression, scope: Scope): Value | undefined;
  /** The text that an expression always is; `null`: it may be another one, or none. */
  text(node: Expression, scope: Scope): StaticText | null;
}

interface StaticText {
  readonly text: string;
  /** Where it is written. */
  readonly at: number;
}

/** Names that stand for names that stand for names. */
const deepest = 20;

/** Finds what is known of expressions of a program. */
export function staticValues(
  program: Program,
  modules: ReadonlyMap<string, PyModule>,
  globals: ReadonlyMap<string, GlobalName>,
): StaticValues {
  const bindings = soleBindings(program, modules);

  /** What one assignment gives to a name that the host does not give as well. */
  function assigned(id: string, scope: Scope): Expression | null {
    const bound = isLocal(scope, id) && !globals.has(id) ? bindings.get(id) : undefined;
    return bound !== undefined && 'assigned' in bound ? bound.assigned : null;
  }

  function value(node: Expression, scope: Scope, depth = 0): Value | undefined {
    if (depth > deepest) return undefined;
    if (node.type === 'name') {
      const from = assigned(node.id, scope);
      if (from !== null) return value(from, scope, depth + 1);
      const bound = bindings.get(node.id);
      if (!isLocal(scope, node.id)) return globals.has(node.id) ? undefined : builtinTable.get(node.id);
      return bound !== undefined && 'imported' in bound ? bound.imported : undefined;
    }
    if (node.type !== 'attribute') return undefined;
    const object = value(node.object, scope, depth + 1);
    if (object === undefined || !isObject(object)) return undefined;
    if (object.type === 'module') return object.members.get(node.name);
    return object.type === 'class' ? object.statics.get(node.name) : undefined;
  }

  function known(node: Expression, scope: Scope, depth = 0): Known {
    if (depth > deepest) return null;
    const { type } = node;
    if (type === 'constant') return ofType(typeKey(node.value));
    if (type === 'formatted') return ofType('str');
    if (type === 'list' || type === 'tuple' || type === 'set' || type === 'dict') return ofType(type);
    if (type === 'name') {
      const from = assigned(node.id, scope);
      if (from !== null) return known(from, scope, depth + 1);
      if (!isLocal(scope, node.id) && globals.has(node.id)) return ofHost(globals.get(node.id)?.is);
    }
    if (type === 'attribute') {
      const object = known(node.object, scope, depth + 1);
      if (object !== null && 'host' in object) return attributeOf(object.host, node.name);
    }
    if (type === 'call') return made(known(node.callee, scope, depth + 1));
    const one = value(node, scope, depth);
    return one !== undefined && isObject(one) && (one.type === 'module' || one.type === 'class')
      ? { itself: one }
      : null;
  }

  function text(node: Expression, scope: Scope, depth = 0): StaticText | null {
    if (depth > deepest) return null;
    if (node.type === 'constant') return typeof node.value === 'string' ? { text: node.value, at: node.at } : null;
    if (node.type === 'name') {
      const from = assigned(node.id, scope);
      return from === null ? null : text(from, scope, depth + 1);
    }
    if (node.type !== 'binary' || node.operator !== '+') return null;
    const [left, right] = [text(node.left, scope, depth + 1), text(node.right, scope, depth + 1)];
    return left === null || right === null ? null : { text: left.text + right.text, at: left.at };
  }

  return {
    known: (node, scope) => known(node, scope),
    value: (node, scope) => value(node, scope),
    text: (node, scope) => text(node, scope),
  };
}

function attributeOf(host: HostValue, name: string): Known {
  return host.is === 'record' && Object.hasOwn(host.attributes, name) ? ofHost(host.attributes[name]) : null;
}

/** What a call of a type makes, or of a function of the host. */
function made(callee: Known): Known {
  if (callee !== null && 'host' in callee) return callee.host.is === 'function' ? ofHost(callee.host.returns) : null;
  const type = callee !== null && 'itself' in callee ? callee.itself : null;
  return type?.type === 'class' && type.construct !== null ? { type } : null;
}

function ofType(key: string): Known {
  const type = classTable.get(key);
  return type === undefined ? null : { type };
}

function ofHost(host: HostValue | null | undefined): Known {
  if (host === null || host === undefined) return null;
  return host.is === 'type' ? ofType(host.type) : { host };
}
