import { classTable } from '../types/table.js';
import { isObject, typeKey } from '../values/type-of.js';
import type { PyClass } from '../values/class.js';
import type { PyModule, Value } from '../values/value.js';
import type { Expression, Import, Program, Statement } from '../syntax/tree.js';
import { builtinTable } from '../builtins/table.js';
import { isLocal, type Scope } from './scope.js';
import { assignedNames } from '../syntax/assigned-names.js';
import { walk } from './walk.js';

/** What is known of a value without running: a module or a type itself, or the type of a value. */
export type Known = { readonly itself: PyModule | PyClass } | { readonly type: PyClass } | null;

/** Finds what is known of expressions of a program. */
export function staticValues(
  program: Program,
  modules: ReadonlyMap<string, PyModule>,
): (node: Expression, scope: Scope) => Known {
  const imported = importedValues(program, modules);

  function known(node: Expression, scope: Scope): Known {
    const { type } = node;
    if (type === 'constant') return ofType(typeKey(node.value));
    if (type === 'formatted') return ofType('str');
    if (type === 'list' || type === 'tuple' || type === 'set' || type === 'dict') return ofType(type);
    if (type === 'name') return itself(isLocal(scope, node.id) ? imported.get(node.id) : builtinTable.get(node.id));
    if (type === 'attribute') return knownAttribute(known(node.object, scope), node.name);
    return type === 'call' ? made(known(node.callee, scope)) : null;
  }

  return known;
}

function knownAttribute(object: Known, name: string): Known {
  if (object === null || !('itself' in object)) return null;
  return itself(object.itself.type === 'module' ? object.itself.members.get(name) : object.itself.statics.get(name));
}

/** What a call of a type makes. */
function made(callee: Known): Known {
  const type = callee !== null && 'itself' in callee ? callee.itself : null;
  return type?.type === 'class' && type.construct !== null ? { type } : null;
}

function ofType(key: string): Known {
  const type = classTable.get(key);
  return type === undefined ? null : { type };
}

function itself(value: Value | undefined): Known {
  return value !== undefined && isObject(value) && (value.type === 'module' || value.type === 'class')
    ? { itself: value }
    : null;
}

/** The values of names that one import binds and nothing else. */
function importedValues(program: Program, modules: ReadonlyMap<string, PyModule>): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  const bound = new Map<string, number>();
  const count = (name: string): void => void bound.set(name, (bound.get(name) ?? 0) + 1);
  walk(program, {
    expression(node) {
      if (node.type === 'named') count(node.name);
      if (node.type === 'lambda') for (const { name } of node.parameters) count(name);
      if (node.type === 'comprehension') for (const name of node.locals) count(name);
    },
    statement(node) {
      if (node.type === 'import') for (const { as } of node.names) count(as);
      if (node.type === 'import') addImport(node, modules, found);
      if (node.type === 'def') for (const name of [node.name, ...node.parameters.map((one) => one.name)]) count(name);
      const isOwn = ['assign', 'for', 'update', 'try', 'match'].includes(node.type);
      if (isOwn) for (const name of assignedNames([withoutBlocks(node)])) count(name);
    },
  });
  return new Map([...found].filter(([name]) => bound.get(name) === 1));
}

function addImport(node: Import, modules: ReadonlyMap<string, PyModule>, found: Map<string, Value>): void {
  for (const { name, as } of node.names) {
    const path = name === null && node.module.startsWith(`${as}.`) ? as : node.module;
    const module = modules.get(path);
    const value = name === null ? module : (module?.members.get(name) ?? modules.get(`${path}.${name}`));
    if (value !== undefined) found.set(as, value);
  }
}

/** The statement with the names that it binds itself, without those of the statements within it. */
function withoutBlocks(node: Statement): Statement {
  if (node.type === 'for') return { ...node, body: [], otherwise: [] };
  if (node.type === 'try')
    return { ...node, body: [], otherwise: [], last: [], handlers: node.handlers.map((one) => ({ ...one, body: [] })) };
  if (node.type === 'match') return { ...node, cases: node.cases.map((one) => ({ ...one, body: [] })) };
  return node;
}
