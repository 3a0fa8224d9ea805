import { childrenOf, textOf, type Node, type Source } from './source.js';
import type { Expression } from './tree.js';

/** True for `not a`, `a and b` and `a or b`. */
export function isLogic(source: Source, node: Node): boolean {
  return operatorOf(source, node) !== null;
}

/** Reports a `not` where Python takes none without parentheses: behind any operator that binds tighter, as in `a == not b`. */
export function refuseNot(source: Source, operand: Node): void {
  if (operatorOf(source, operand) === 'not') source.report(operand.from, 'invalid syntax: write (not …)');
}

function operatorOf(source: Source, node: Node): 'not' | 'and' | 'or' | null {
  if (node.name !== 'UnaryExpression' && node.name !== 'BinaryExpression') return null;
  const parts = childrenOf(node);
  // `not in` and `is not` have two words.
  const words = node.name === 'UnaryExpression' ? parts.slice(0, 1) : parts.slice(1, -1);
  const operator = words.map((word) => textOf(source, word)).join(' ');
  return operator === 'not' || operator === 'and' || operator === 'or' ? operator : null;
}

/**
 * Reads `not`, `and` and `or` by Python's precedence: `not` binds tighter than `and`, and `and` tighter than `or`
 * (Python's reference, 6.17). The tree of the parser has all that follows a `not` below it, so only the order of its
 * parts is taken from there. What stands in parentheses is a part.
 */
export function readLogic(source: Source, node: Node, read: (part: Node) => Expression): Expression {
  const parts = partsOf(source, node);
  let at = 0;
  const next = (operator: string): Node | null => {
    const part = parts[at];
    if (part === undefined || textOf(source, part) !== operator) return null;
    at += 1;
    return part;
  };
  const readAny = (operator: 'and' | 'or', readOne: () => Expression): Expression => {
    let left = readOne();
    for (let found = next(operator); found !== null; found = next(operator))
      left = { type: 'logical', at: found.from, operator, left, right: readOne() };
    return left;
  };
  const readNot = (): Expression => {
    const found = next('not');
    if (found !== null) return { type: 'unary', at: found.from, operator: 'not', operand: readNot() };
    const part = parts[at];
    at += 1;
    return read(part ?? node);
  };
  return readAny('or', () => readAny('and', readNot));
}

/** The operands and operators in the order of the text. */
function partsOf(source: Source, node: Node): readonly Node[] {
  return operatorOf(source, node) === null ? [node] : childrenOf(node).flatMap((child) => partsOf(source, child));
}
