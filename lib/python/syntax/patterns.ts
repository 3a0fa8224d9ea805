import { betweenCommas, childrenOf, textOf, type Node, type Source } from './source.js';
import type { Expression, Pattern } from './tree.js';

type Read = (node: Node) => Expression;

export const otherPatterns = 'patterns of mappings and of classes are not supported';

/** The pattern of a `case`: values, names, alternatives and sequences. Others are reported. */
function readPattern(source: Source, node: Node, read: Read): Pattern {
  const at = node.from;
  const children = childrenOf(node);
  const ignored: Pattern = { type: 'capture', at, name: null };
  const [first] = children;
  switch (node.name) {
    case 'CapturePattern': {
      const name = textOf(source, node);
      return { type: 'capture', at, name: name === '_' ? null : name };
    }
    case 'LiteralPattern': {
      const [sign, value] = children;
      if (children.length === 2 && sign?.name === 'ArithOp' && value !== undefined)
        return { type: 'value', at, value: { type: 'unary', at, operator: '-', operand: read(value) } };
      return first === undefined ? ignored : { type: 'value', at, value: read(first) };
    }
    case 'AttributePattern':
      return { type: 'value', at, value: attribute(source, children) };
    case 'OrPattern': {
      const options = children.filter(({ name }) => name !== 'LogicOp').map((one) => readPattern(source, one, read));
      const last = options.at(-1);
      // To lezer, a name after the alternatives is that of the last one.
      if (children.at(-1)?.name !== 'AsPattern' || last?.type !== 'as') return { type: 'or', at, options };
      const whole: Pattern = { type: 'or', at, options: [...options.slice(0, -1), last.pattern] };
      return { type: 'as', at, pattern: whole, name: last.name };
    }
    case 'AsPattern': {
      const name = children.at(-1);
      if (first === undefined || name === undefined) return ignored;
      return { type: 'as', at, pattern: readPattern(source, first, read), name: textOf(source, name) };
    }
    case 'SequencePattern': {
      const inner = children.filter(({ name, from, to }) => !/^[()[\]]$/.test(name) && from < to);
      const patterns = readPatterns(source, inner, read);
      const [only] = patterns;
      const isGroup = first?.name === '(' && patterns.length === 1 && !inner.some(({ name }) => name === ',');
      return isGroup && only !== undefined ? only : { type: 'sequence', at, patterns };
    }
    case 'StarPattern': {
      const inner = children.at(-1);
      const name = inner === undefined ? '_' : textOf(source, inner);
      return { type: 'star', at, name: name === '_' ? null : name };
    }
    default:
      source.report(at, otherPatterns);
      return ignored;
  }
}

export function readPatterns(source: Source, nodes: readonly Node[], read: Read): readonly Pattern[] {
  return betweenCommas(nodes).flatMap(([node]) => (node === undefined ? [] : [readPattern(source, node, read)]));
}

function attribute(source: Source, [object, ...rest]: readonly Node[]): Expression {
  const at = object?.from ?? 0;
  return rest
    .filter(({ name }) => name === 'PropertyName')
    .reduce<Expression>(
      (inner, node) => ({ type: 'attribute', at: node.from, object: inner, name: textOf(source, node) }),
      { type: 'name', at, id: object === undefined ? '' : textOf(source, object) },
    );
}
