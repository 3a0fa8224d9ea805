import type { Node, Source } from './source.js';
import type { Clause, Expression } from './tree.js';

/** `for … in … if …`, as the nodes stand after the element of a comprehension. */
export function readClauses(
  source: Source,
  nodes: readonly Node[],
  read: (node: Node) => Expression,
): readonly Clause[] {
  const clauses: Clause[] = [];
  let rest = nodes;
  while (rest.length > 0) {
    const [keyword] = rest;
    if (keyword === undefined) break;
    const at = keyword.from;
    if (keyword.name === 'if' && rest[1] !== undefined) {
      clauses.push({ type: 'if', at, test: read(rest[1]) });
      rest = rest.slice(2);
      continue;
    }
    const index = rest.findIndex(({ name }) => name === 'in');
    const iterable = rest[index + 1];
    if (keyword.name !== 'for' || index < 2 || iterable === undefined) {
      source.report(at, keyword.name === 'async' ? "'async' is not supported" : 'invalid syntax');
      break;
    }
    clauses.push({ type: 'for', at, target: targetOf(rest.slice(1, index), at, read), iterable: read(iterable) });
    rest = rest.slice(index + 2);
  }
  return clauses;
}

/** `a`, `a,` or `a, b`; the commas may have been left out. */
function targetOf(nodes: readonly Node[], at: number, read: (node: Node) => Expression): Expression {
  const elements = nodes.filter(({ name }) => name !== ',').map(read);
  const [only] = elements;
  return elements.length === 1 && only !== undefined && nodes.length === 1 ? only : { type: 'tuple', at, elements };
}
