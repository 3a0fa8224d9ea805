import { isLocal, type Scope } from '../python/check/scope.js';
import { walk } from '../python/check/walk.js';
import type { Block, Expression, Name, Program, Statement } from '../python/syntax/tree.js';

/** True for `context`, `….context`, and a name that is given nothing else. */
export function contextFinder(program: Program): (node: Expression, scope: Scope) => boolean {
  const given = new Map<string, Expression[]>();
  const inHandlers = new Set<Expression>();
  walk(program, {
    expression(node) {
      if (node.type === 'named') given.set(node.name, [...(given.get(node.name) ?? []), node.value]);
    },
    statement(node) {
      if (node.type === 'assign')
        for (const one of node.targets)
          if (one.type === 'name') given.set(one.id, [...(given.get(one.id) ?? []), node.value]);
      if (node.type !== 'try') return;
      for (const { name, body } of node.handlers)
        if (name === 'context')
          walk({ ...program, body }, { expression: (one) => inHandlers.add(one), statement() {} });
    },
  });
  const isContext = (node: Expression, scope: Scope, seen: ReadonlySet<string> = new Set()): boolean => {
    if (node.type === 'attribute') return node.name === 'context';
    if (node.type === 'named') return isContext(node.value, scope, seen);
    if (node.type !== 'name' || seen.has(node.id)) return false;
    if (!isLocal(scope, node.id)) return node.id === 'context';
    if (isParameter(node, scope) && !inHandlers.has(node) && node.at < replacedAt) return true;
    const values = given.get(node.id) ?? [];
    return values.length > 0 && values.every((value) => isContext(value, scope, new Set([...seen, node.id])));
  };
  const top: Scope = { locals: program.locals, outer: null };
  const replacedAt = replacementIn(program.body, (value) => isContext(value, top, new Set(['context'])));
  return (node, scope) => isContext(node, scope);
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
