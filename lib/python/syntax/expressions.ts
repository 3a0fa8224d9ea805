import { namesBoundIn, targetNames } from './assigned-names.js';
import { readArguments } from './arguments.js';
import { readClauses } from './clauses.js';
import { readTexts } from './formatted-text.js';
import { isLogic, readLogic, refuseNot } from './logic.js';
import { readNumber } from './numbers.js';
import { readParameters } from './parameters.js';
import { betweenCommas, childrenOf, textOf, type Node, type Source } from './source.js';
import type { Expression } from './tree.js';

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not']);
const none: Expression = { type: 'constant', at: 0, value: null };

/** Reads one expression. What is not supported is reported, and `None` stands in for it. */
export function readExpression(source: Source, node: Node): Expression {
  const at = node.from;
  const read = (one: Node): Expression => readExpression(source, one);
  const children = childrenOf(node);
  const inner = children.filter(({ name }) => !/^[()[\]{}]$/.test(name));
  if (isLogic(source, node)) return readLogic(source, node, read);
  switch (node.name) {
    case 'None':
      return { type: 'constant', at, value: null };
    case 'Boolean':
      return { type: 'constant', at, value: textOf(source, node) === 'True' };
    case 'Number':
      return { type: 'constant', at, value: readNumber(source, textOf(source, node), at) };
    case 'Ellipsis':
      return { type: 'constant', at, value: { type: 'ellipsis' } };
    case 'String':
    case 'FormatString':
      return readTexts(source, [node], read);
    case 'ContinuedString':
      return readTexts(source, children, read);
    case 'VariableName':
      return { type: 'name', at, id: textOf(source, node) };
    case 'ParenthesizedExpression': {
      if (inner[0]?.name === '*') source.report(at, 'cannot use starred expression here');
      return first(source, node, inner);
    }
    case 'TupleExpression':
      return { type: 'tuple', at, elements: readElements(source, inner) };
    case 'ArrayExpression':
      return { type: 'list', at, elements: readElements(source, inner) };
    case 'SetExpression':
      return { type: 'set', at, elements: readElements(source, inner) };
    case 'DictionaryExpression':
      return { type: 'dict', at, entries: readEntries(source, inner) };
    case 'ComprehensionExpression':
      return readComprehension(source, at, 'generator', inner);
    case 'ArrayComprehensionExpression':
      return readComprehension(source, at, 'list', inner);
    case 'SetComprehensionExpression':
      return readComprehension(source, at, 'set', inner);
    case 'DictionaryComprehensionExpression':
      return readComprehension(source, at, 'dict', inner);
    case 'UnaryExpression': {
      const [operator, operand] = children;
      if (operator === undefined || operand === undefined) return none;
      refuseNot(source, operand);
      return { type: 'unary', at, operator: textOf(source, operator), operand: read(operand) };
    }
    case 'BinaryExpression':
      return readBinary(source, node, children);
    case 'ConditionalExpression': {
      const [body, , test, , otherwise] = children;
      if (body === undefined || test === undefined || otherwise === undefined) return none;
      return { type: 'conditional', at, test: read(test), body: read(body), otherwise: read(otherwise) };
    }
    case 'NamedExpression': {
      const [target, , value] = children;
      if (target === undefined || value === undefined) return none;
      if (target.name !== 'VariableName') source.report(target.from, 'only a name can be assigned by :=');
      return { type: 'named', at, name: textOf(source, target), value: read(value) };
    }
    case 'LambdaExpression': {
      const parameters = readParameters(
        source,
        children.find(({ name }) => name === 'ParamList'),
        read,
      );
      const body = children.at(-1);
      if (body === undefined) return none;
      const value = read(body);
      const locals = new Set([...parameters.map(({ name }) => name), ...namesBoundIn(value)]);
      return { type: 'lambda', at, parameters, body: value, locals };
    }
    case 'CallExpression': {
      const [callee, list] = children;
      if (callee === undefined || list === undefined) return none;
      return { type: 'call', at, callee: read(callee), args: readArguments(source, list, read) };
    }
    case 'MemberExpression':
      return readMember(source, node, children);
    case 'AwaitExpression':
      return refuse(source, at, "'await' is not supported: functions of the host are awaited by themselves");
    case 'YieldExpression':
      return refuse(source, at, "'yield' is not supported");
    default:
      return refuse(
        source,
        at,
        node.type.isError ? 'invalid syntax' : `'${textOf(source, node).slice(0, 20)}' is not supported`,
      );
  }
}

/** A list of expressions: one of them, or a tuple where there are several or a comma. */
export function readExpressions(source: Source, nodes: readonly Node[]): Expression {
  const elements = readElements(source, nodes);
  const [one] = elements;
  if (one !== undefined && elements.length === 1 && !nodes.some(({ name }) => name === ',')) {
    if (one.type === 'starred') source.report(one.at, 'cannot use starred expression here');
    return one;
  }
  return { type: 'tuple', at: nodes[0]?.from ?? 0, elements };
}

function first(source: Source, node: Node, inner: readonly Node[]): Expression {
  const value = inner.find(({ name }) => name !== '*');
  return value === undefined ? refuse(source, node.from, 'invalid syntax') : readExpression(source, value);
}

function readElements(source: Source, nodes: readonly Node[]): readonly Expression[] {
  return betweenCommas(nodes).map((part): Expression => {
    const [star, value] = part;
    if (star?.name === '*' && value !== undefined)
      return { type: 'starred', at: star.from, value: readExpression(source, value) };
    return star === undefined ? none : readExpression(source, star);
  });
}

function readEntries(source: Source, nodes: readonly Node[]) {
  return betweenCommas(nodes).map((part) => {
    const [key, mark, value] = part;
    if (key?.name === '**' && mark !== undefined) return { key: null, value: readExpression(source, mark) };
    if (key === undefined || value === undefined || mark?.name !== ':') {
      source.report(key?.from ?? 0, 'invalid syntax');
      return { key: null, value: none };
    }
    return { key: readExpression(source, key), value: readExpression(source, value) };
  });
}

function readComprehension(
  source: Source,
  at: number,
  makes: 'generator' | 'list' | 'set' | 'dict',
  nodes: readonly Node[],
): Expression {
  const start = nodes.findIndex(({ name }) => name === 'for' || name === 'async');
  const [element, , value] = nodes.slice(0, start);
  if (element === undefined || start < 0) return refuse(source, at, 'invalid syntax');
  if (element.name === '*' || element.name === '**')
    return refuse(source, element.from, 'iterable unpacking cannot be used in comprehension');
  const clauses = readClauses(source, nodes.slice(start), (one) => readExpression(source, one));
  const locals = new Set(clauses.flatMap((clause) => (clause.type === 'for' ? [...targetNames(clause.target)] : [])));
  return {
    type: 'comprehension',
    at,
    makes,
    element: readExpression(source, element),
    value: value === undefined || makes !== 'dict' ? null : readExpression(source, value),
    clauses,
    locals,
  };
}

function readBinary(source: Source, node: Node, children: readonly Node[]): Expression {
  const [left, ...middle] = children;
  const right = middle.pop();
  if (left === undefined || right === undefined) return refuse(source, node.from, 'invalid syntax');
  const operator = middle.map((one) => textOf(source, one)).join(' ');
  refuseNot(source, right);
  const at = middle[0]?.from ?? node.from;
  const [first, operand] = [readExpression(source, left), readExpression(source, right)];
  if (comparisons.has(operator)) {
    if (first.type === 'comparison' && left.name === 'BinaryExpression')
      return { ...first, rest: [...first.rest, { operator, operand }] };
    return { type: 'comparison', at, first, rest: [{ operator, operand }] };
  }
  if (operator === '@') return refuse(source, at, "the operator '@' is not supported");
  if (operator === '<>') return refuse(source, at, 'invalid syntax: write !=');
  return { type: 'binary', at, operator, left: first, right: operand };
}

function readMember(source: Source, node: Node, children: readonly Node[]): Expression {
  const [objectNode, mark, property] = children;
  if (objectNode === undefined || mark === undefined) return refuse(source, node.from, 'invalid syntax');
  const object = readExpression(source, objectNode);
  if (mark.name === '.' && property !== undefined)
    return { type: 'attribute', at: property.from, object, name: textOf(source, property) };
  const parts = betweenCommas(children.slice(2, -1)).map((part) => readIndex(source, part, mark.from));
  const [only] = parts;
  if (only === undefined) return refuse(source, node.from, 'invalid syntax');
  const hasComma = children.some(({ name }) => name === ',');
  const index: Expression = hasComma ? { type: 'tuple', at: mark.from, elements: parts } : only;
  return { type: 'subscript', at: mark.from, object, index };
}

function readIndex(source: Source, nodes: readonly Node[], at: number): Expression {
  const [only] = nodes;
  if (!nodes.some(({ name }) => name === ':')) return only === undefined ? none : readExpression(source, only);
  const parts: (Expression | null)[] = [null];
  for (const node of nodes)
    if (node.name === ':') parts.push(null);
    else parts[parts.length - 1] = readExpression(source, node);
  const [start = null, stop = null, step = null] = parts;
  return { type: 'slice', at: only?.from ?? at, start, stop, step };
}

function refuse(source: Source, at: number, message: string): Expression {
  source.report(at, message);
  return none;
}
