import { isLocal, type Scope } from '../python/check/scope.js';
import { walk } from '../python/check/walk.js';
import type { Expression, Program } from '../python/syntax/tree.js';

/** True for `context`, `….context`, and a name that is given nothing else. */
export function contextFinder(program: Program): (node: Expression, scope: Scope) => boolean {
  const given = new Map<string, Expression[]>();
  walk(program, {
    expression(node) {
      if (node.type === 'named') given.set(node.name, [...(given.get(node.name) ?? []), node.value]);
    },
    statement(node) {
      if (node.type !== 'assign') return;
      for (const one of node.targets)
        if (one.type === 'name') given.set(one.id, [...(given.get(one.id) ?? []), node.value]);
    },
  });
  const isContext = (node: Expression, scope: Scope, seen: ReadonlySet<string> = new Set()): boolean => {
    if (node.type === 'attribute') return node.name === 'context';
    if (node.type === 'named') return isContext(node.value, scope, seen);
    if (node.type !== 'name' || seen.has(node.id)) return false;
    if (!isLocal(scope, node.id)) return node.id === 'context';
    const values = given.get(node.id) ?? [];
    return values.length > 0 && values.every((value) => isContext(value, scope, new Set([...seen, node.id])));
  };
  return (node, scope) => isContext(node, scope);
}
