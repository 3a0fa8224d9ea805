import { betweenCommas, childrenOf, textOf, type Node, type Source } from './source.js';
import type { Argument, Expression } from './tree.js';
import { targetNames } from './assigned-names.js';
import { readClauses } from './clauses.js';

type Read = (node: Node) => Expression;

export function readArguments(source: Source, list: Node, read: Read): readonly Argument[] {
  const inner = childrenOf(list).filter(({ name }) => name !== '(' && name !== ')');
  const args = splitArguments(inner).map((part) => readArgument(source, part, read));
  checkOrder(source, args);
  return args;
}

/** The comma of `for a, b in c` ends no argument. */
function splitArguments(nodes: readonly Node[]): readonly (readonly Node[])[] {
  let isInTarget = false;
  return betweenCommas(
    nodes.filter((node) => {
      if (node.name === 'for') isInTarget = true;
      if (node.name === 'in') isInTarget = false;
      return !(isInTarget && node.name === ',');
    }),
  );
}

function readArgument(source: Source, part: readonly Node[], read: Read): Argument {
  const [first, mark, value] = part;
  const at = first?.from ?? 0;
  const nothing: Argument = { at, name: null, value: { type: 'constant', at, value: null } };
  if (first === undefined) return nothing;
  if ((first.name === '*' || first.name === '**') && mark !== undefined)
    return { at, name: first.name, value: read(mark) };
  if (mark === undefined) return { at, name: null, value: read(first) };
  if (mark.name === 'AssignOp' && value !== undefined) {
    const name = textOf(source, first);
    if (part.length > 3) source.report(at, 'a generator expression needs parentheses');
    return textOf(source, mark) === ':='
      ? { at, name: null, value: { type: 'named', at, name, value: read(value) } }
      : { at, name, value: read(value) };
  }
  if (mark.name === 'for' || mark.name === 'async') return { at, name: null, value: generator(source, part, read) };
  source.report(mark.from, 'invalid syntax');
  return nothing;
}

function generator(source: Source, [element, ...rest]: readonly Node[], read: Read): Expression {
  const at = element?.from ?? 0;
  const clauses = readClauses(source, rest, read);
  const locals = new Set(clauses.flatMap((clause) => (clause.type === 'for' ? [...targetNames(clause.target)] : [])));
  const value: Expression = element === undefined ? { type: 'constant', at, value: null } : read(element);
  return { type: 'comprehension', at, makes: 'generator', element: value, value: null, clauses, locals };
}

function checkOrder(source: Source, args: readonly Argument[]): void {
  const names = new Set<string>();
  let isKeyword = false;
  for (const { at, name } of args) {
    if (name === null && isKeyword) source.report(at, 'positional argument follows keyword argument');
    if (name === null || name === '*') continue;
    isKeyword = true;
    if (name !== '**' && names.has(name)) source.report(at, `keyword argument repeated: ${name}`);
    names.add(name);
  }
}
