import { assignedNames } from '../syntax/assigned-names.js';
import type { Expression, Import, Program, Statement } from '../syntax/tree.js';
import type { PyModule, Value } from '../values/value.js';
import { walk } from './walk.js';

/** What stands for a name that nothing else binds. */
type Bound = { readonly imported: Value } | { readonly assigned: Expression };

/** The names that one import or one assignment binds and nothing else, in the whole program. */
export function soleBindings(program: Program, modules: ReadonlyMap<string, PyModule>): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  const bound = new Map<string, number>();
  const count = (name: string): void => void bound.set(name, (bound.get(name) ?? 0) + 1);
  walk(program, {
    expression(node) {
      if (node.type === 'named') count(node.name);
      if (node.type === 'named') found.set(node.name, { assigned: node.value });
      if (node.type === 'lambda') for (const { name } of node.parameters) count(name);
      if (node.type === 'comprehension') for (const name of node.locals) count(name);
    },
    statement(node) {
      if (node.type === 'import') for (const { as } of node.names) count(as);
      if (node.type === 'import') addImport(node, modules, found);
      if (node.type === 'assign')
        for (const target of node.targets) if (target.type === 'name') found.set(target.id, { assigned: node.value });
      if (node.type === 'def') for (const name of [node.name, ...node.parameters.map((one) => one.name)]) count(name);
      for (const name of ownNames(node)) count(name);
    },
  });
  return new Map([...found].filter(([name]) => bound.get(name) === 1));
}

function addImport(node: Import, modules: ReadonlyMap<string, PyModule>, found: Map<string, Bound>): void {
  for (const { name, as } of node.names) {
    const path = name === null && node.module.startsWith(`${as}.`) ? as : node.module;
    const module = modules.get(path);
    const value = name === null ? module : (module?.members.get(name) ?? modules.get(`${path}.${name}`));
    if (value !== undefined) found.set(as, { imported: value });
  }
}

/** The names that a statement binds itself, without those of the expressions and the statements within it. */
function ownNames(node: Statement): readonly string[] {
  if (node.type === 'assign' || node.type === 'delete') return node.targets.flatMap(namesIn);
  if (node.type === 'update' || node.type === 'for') return namesIn(node.target);
  if (node.type === 'try') return node.handlers.flatMap(({ name }) => (name === null ? [] : [name]));
  if (node.type !== 'match') return [];
  return [...assignedNames([{ ...node, cases: node.cases.map((one) => ({ ...one, guard: null, body: [] })) }])];
}

function namesIn(target: Expression): readonly string[] {
  if (target.type === 'name') return [target.id];
  if (target.type === 'starred') return namesIn(target.value);
  return target.type === 'tuple' || target.type === 'list' ? target.elements.flatMap(namesIn) : [];
}
