import { isLocal, type Scope } from '../python/check/scope.js';
import { walk } from '../python/check/walk.js';
import type { Block, Expression, Name, Program, Statement } from '../python/syntax/tree.js';

/** True for `context`, `….context`, and a name that is given nothing else. */
export function contextFinder(program: Program): (node: Expression, scope: Scope) => boolean {
  const given = new Map<string, Expression[]>();
  const inHandlers = new Set<Expression>();
  const add = (name: string, value: Expression): void => {
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  };
  walk(program, {
    expression(node) {
      if (node.type === 'named') add(node.name, node.value);
    },
    statement(node) {
      if (node.type === 'assign') for (const one of node.targets) if (one.type === 'name') add(one.id, node.value);
      if (node.type !== 'try') return;
      for (const { name, body } of node.handlers)
        if (name === 'context')
          walk({ ...program, body }, { expression: (one) => inHandlers.add(one), statement() {} });
    },
  });

  /** The names that stand for it as a scope sees them. `replacedAt`: where the host's own name ends to. */
  const finder = (replacedAt: number) => {
    const found = new WeakMap<Scope, ReadonlySet<string>>();
    const direct = (node: Expression, scope: Scope): Name | boolean => {
      if (node.type === 'attribute') return node.name === 'context';
      if (node.type === 'named') return direct(node.value, scope);
      if (node.type !== 'name') return false;
      if (!isLocal(scope, node.id)) return node.id === 'context';
      return (isParameter(node, scope) && !inHandlers.has(node) && node.at < replacedAt) || node;
    };
    return (node: Expression, scope: Scope): boolean => {
      const one = direct(node, scope);
      if (typeof one === 'boolean') return one;
      const names = found.get(scope) ?? namesFor(given, (value) => direct(value, scope));
      found.set(scope, names);
      return names.has(one.id);
    };
  };
  const top: Scope = { locals: program.locals, outer: null };
  // The host's own name does not tell whether it is replaced.
  const withoutName = finder(-1);
  return finder(replacementIn(program.body, (value) => withoutName(value, top)));
}

/**
 * The names whose values all stand for the context, by way of other names, too; each value is looked at once. Names that
 * are given each other stand for nothing.
 */
function namesFor(
  given: ReadonlyMap<string, readonly Expression[]>,
  direct: (value: Expression) => Name | boolean,
): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  const open = new Map<string, number>();
  const names: string[] = [];
  for (const [name, values] of given) {
    const known = values.map(direct);
    if (known.includes(false)) continue;
    const others = known.filter((one) => typeof one === 'object');
    open.set(name, others.length);
    if (others.length === 0) names.push(name);
    for (const { id } of others) {
      const listed = users.get(id);
      if (listed === undefined) users.set(id, [name]);
      else listed.push(name);
    }
  }
  // Grows while it is read.
  for (const name of names)
    for (const user of users.get(name) ?? []) {
      const left = (open.get(user) ?? 0) - 1;
      open.set(user, left);
      if (left === 0) names.push(user);
    }
  return new Set(names);
}

/** The body may assign the names of the host again, which are its parameters. */
function isParameter({ id }: Name, scope: Scope): boolean {
  if (id !== 'context') return false;
  let at = scope;
  while (!at.locals.has(id) && at.outer !== null) at = at.outer;
  return at.outer === null;
}

/** From where on the name stands for something else, however the expression goes. */
function replacementIn(body: Block, isContext: (value: Expression) => boolean): number {
  for (const [index, node] of body.entries()) {
    if (node.type === 'for' && names(node.target)) return node.body[0]?.at ?? node.at;
    if (replaces(node, isContext)) return body[index + 1]?.at ?? Infinity;
  }
  return Infinity;
}

function replaces(node: Statement, isContext: (value: Expression) => boolean): boolean {
  if (node.type === 'assign') return node.targets.some(names) && !isContext(node.value);
  if (node.type === 'import') return node.names.some(({ as }) => as === 'context');
  return node.type === 'def' && node.name === 'context';
}

function names(target: Expression): boolean {
  if (target.type === 'tuple' || target.type === 'list') return target.elements.some(names);
  if (target.type === 'starred') return names(target.value);
  return target.type === 'name' && target.id === 'context';
}
