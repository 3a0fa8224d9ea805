import { assignedNames } from './assigned-names.js';
import { readExpression, readExpressions } from './expressions.js';
import { readImport } from './imports.js';
import { readParameters } from './parameters.js';
import { readPatterns } from './patterns.js';
import { betweenCommas, childrenOf, textOf, type Node, type Source } from './source.js';
import type { Block, Expression, Pattern, Statement } from './tree.js';

const unsupported = new Map([
  ['ClassDefinition', 'class definitions are not supported'],
  ['WithStatement', "'with' is not supported"],
  ['YieldStatement', "'yield' is not supported"],
  ['DecoratedStatement', 'decorators are not supported'],
  ['TypeDefinition', "'type' is not supported"],
]);

/** The statements of a script or of the body of a statement. */
export function readBlock(source: Source, node: Node | undefined): Block {
  if (node === undefined) return [];
  const marks = childrenOf(node);
  const empty = marks.find(({ name }, index) => name === ';' && (marks[index - 1]?.name ?? ';') === ';');
  if (empty !== undefined) source.report(empty.from, 'invalid syntax');
  return marks
    .filter(({ name }) => name !== ':' && name !== ';')
    .flatMap((child) => (child.name === 'StatementGroup' ? readBlock(source, child) : readStatement(source, child)));
}

function readStatement(source: Source, node: Node): readonly Statement[] {
  const at = node.from;
  const children = childrenOf(node);
  const read = (one: Node): Expression => readExpression(source, one);
  const [keyword, second] = children;
  const why = unsupported.get(node.name);
  if (why !== undefined) return refuse(source, at, why);
  switch (node.name) {
    case 'ExpressionStatement':
      return [{ type: 'expression', at, value: readExpressions(source, children) }];
    case 'AssignStatement':
      return readAssign(source, node, children);
    case 'UpdateStatement': {
      const index = children.findIndex(({ name }) => name === 'UpdateOp');
      const operator = children[index];
      if (operator === undefined) return [];
      const target = checkTarget(source, readExpressions(source, children.slice(0, index)));
      if (target.type === 'tuple' || target.type === 'list')
        source.report(at, 'this cannot be the target of an augmented assignment');
      const value = readExpressions(source, children.slice(index + 1));
      const text = textOf(source, operator).slice(0, -1);
      if (text === '@') return refuse(source, operator.from, "the operator '@' is not supported");
      return [{ type: 'update', at, target, operator: text, value }];
    }
    case 'IfStatement':
      return readIf(source, at, children);
    case 'WhileStatement': {
      const [, test, body, , otherwise] = children;
      if (test === undefined) return [];
      const blocks = { body: readBlock(source, body), otherwise: readBlock(source, otherwise) };
      return [{ type: 'while', at, test: read(test), ...blocks }];
    }
    case 'ForStatement': {
      if (keyword?.name === 'async') return refuse(source, at, "'async' is not supported");
      const [target, rest] = split(children.slice(1), 'in');
      const bodies = rest.filter(({ name }) => name === 'Body');
      const iterable = readExpressions(
        source,
        rest.slice(
          0,
          rest.findIndex(({ name }) => name === 'Body'),
        ),
      );
      const blocks = { body: readBlock(source, bodies[0]), otherwise: readBlock(source, bodies[1]) };
      return [{ type: 'for', at, target: checkTarget(source, readExpressions(source, target)), iterable, ...blocks }];
    }
    case 'TryStatement':
      return readTry(source, at, children);
    case 'RaiseStatement':
      if (children.some(({ name }) => name === ',')) return refuse(source, at, 'invalid syntax');
      return [{ type: 'raise', at, value: second === undefined ? null : read(second) }];
    case 'ReturnStatement':
      return [{ type: 'return', at, value: second === undefined ? null : readExpressions(source, children.slice(1)) }];
    case 'PassStatement':
      return [{ type: 'pass', at }];
    case 'BreakStatement':
      return [{ type: 'break', at }];
    case 'ContinueStatement':
      return [{ type: 'continue', at }];
    case 'DeleteStatement': {
      const targets = betweenCommas(children.slice(1)).flatMap(([one]) => (one === undefined ? [] : [read(one)]));
      return [{ type: 'delete', at, targets: targets.map((target) => checkTarget(source, target, true)) }];
    }
    case 'ImportStatement':
      return readImport(source, at, children);
    case 'AssertStatement': {
      const [test, text] = betweenCommas(children.slice(1)).flatMap(([one]) => (one === undefined ? [] : [read(one)]));
      if (text === undefined && children.at(-1)?.name === ',') return refuse(source, at, 'invalid syntax');
      return test === undefined ? [] : [{ type: 'assert', at, test, text: text ?? null }];
    }
    case 'ScopeStatement': {
      if (keyword?.name === 'global') return refuse(source, at, "'global' is not supported");
      const names = children.filter(({ name }) => name === 'VariableName').map((one) => textOf(source, one));
      return [{ type: 'nonlocal', at, names }];
    }
    case 'FunctionDefinition': {
      if (keyword?.name === 'async') return refuse(source, at, "'async' is not supported");
      const name = children.find((one) => one.name === 'VariableName');
      const list = children.find((one) => one.name === 'ParamList');
      const parameters = readParameters(source, list, read);
      const body = readBlock(
        source,
        children.find((one) => one.name === 'Body'),
      );
      const locals = new Set([...parameters.map((one) => one.name), ...assignedNames(body)]);
      return [{ type: 'def', at, name: name === undefined ? '' : textOf(source, name), parameters, body, locals }];
    }
    case 'MatchStatement':
      return readMatch(source, at, children);
    default:
      return refuse(source, at, 'invalid syntax');
  }
}

function readAssign(source: Source, node: Node, children: readonly Node[]): readonly Statement[] {
  const plain = children.filter(({ name }) => name !== 'TypeDef');
  const parts: Node[][] = [[]];
  for (const child of plain)
    if (child.name === 'AssignOp') parts.push([]);
    else parts.at(-1)?.push(child);
  const expressions = parts.map((part) => readExpressions(source, part));
  const value = expressions.pop();
  const annotation = children.find(({ name }) => name === 'TypeDef');
  const annotated = expressions[0] ?? value;
  if (annotation !== undefined && annotated !== undefined && !isAnnotated(annotated))
    source.report(annotated.at, 'illegal target for annotation');
  // An annotation without a value.
  if (expressions.length === 0 || value === undefined) return [];
  return [{ type: 'assign', at: node.from, targets: expressions.map((one) => checkTarget(source, one)), value }];
}

function isAnnotated({ type }: Expression): boolean {
  return type === 'name' || type === 'attribute' || type === 'subscript';
}

function readIf(source: Source, at: number, children: readonly Node[]): readonly Statement[] {
  const last = children.findIndex(({ name }) => name === 'else');
  const tested = last < 0 ? children : children.slice(0, last);
  const branches = tested.flatMap((keyword, index) => {
    const [test, body] = tested.slice(index + 1, index + 3);
    if ((keyword.name !== 'if' && keyword.name !== 'elif') || test === undefined) return [];
    return [{ at: keyword.from, test: readExpression(source, test), body: readBlock(source, body) }];
  });
  return [{ type: 'if', at, branches, otherwise: last < 0 ? [] : readBlock(source, children[last + 1]) }];
}

function readTry(source: Source, at: number, children: readonly Node[]): readonly Statement[] {
  const sections: { keyword: Node; head: Node[]; body: Node | undefined }[] = [];
  for (const child of children) {
    const last = sections.at(-1);
    if (['try', 'except', 'else', 'finally'].includes(child.name))
      sections.push({ keyword: child, head: [], body: undefined });
    else if (child.name === 'Body' && last !== undefined) last.body = child;
    else last?.head.push(child);
  }
  const named = (name: string): Block => readBlock(source, sections.find(({ keyword }) => keyword.name === name)?.body);
  const handlers = sections
    .filter(({ keyword }) => keyword.name === 'except')
    .map(({ keyword, head, body }) => {
      const [matches, as, name] = head;
      if (matches?.name === '*') source.report(matches.from, "'except*' is not supported");
      if (as?.name === ',') source.report(as.from, 'multiple exception types must be parenthesized');
      return {
        at: keyword.from,
        matches: matches === undefined ? null : readExpression(source, matches),
        name: name === undefined ? null : textOf(source, name),
        body: readBlock(source, body),
      };
    });
  for (const handler of handlers.slice(0, -1))
    if (handler.matches === null) source.report(handler.at, "default 'except:' must be last");
  const last = named('finally');
  if (handlers.length === 0 && last.length === 0) return refuse(source, at, "expected 'except' or 'finally' block");
  return [{ type: 'try', at, body: named('try'), handlers, otherwise: named('else'), last }];
}

function readMatch(source: Source, at: number, children: readonly Node[]): readonly Statement[] {
  const subject = children.find(({ name }) => !['match', 'MatchBody', '*'].includes(name));
  const body = children.find(({ name }) => name === 'MatchBody');
  if (subject === undefined || body === undefined) return refuse(source, at, 'invalid syntax');
  const read = (one: Node): Expression => readExpression(source, one);
  const cases = childrenOf(body)
    .filter(({ name }) => name === 'MatchClause')
    .map((clause) => {
      const inner = childrenOf(clause);
      const patternNodes = inner.filter(({ name }) => /Pattern$|^,$/.test(name));
      const patterns = readPatterns(source, patternNodes, read);
      const [only] = patterns;
      const isOne = patterns.length === 1 && !patternNodes.some(({ name }) => name === ',');
      const pattern: Pattern = isOne && only !== undefined ? only : { type: 'sequence', at: clause.from, patterns };
      const guard = inner.find(({ name }) => name === 'Guard');
      const test = guard === undefined ? undefined : childrenOf(guard).at(-1);
      return {
        at: clause.from,
        pattern,
        guard: test === undefined ? null : read(test),
        body: readBlock(
          source,
          inner.find(({ name }) => name === 'Body'),
        ),
      };
    });
  for (const { at: from, pattern, guard } of cases.slice(0, -1))
    if (guard === null && matchesAll(pattern)) source.report(from, 'this case makes those after it unreachable');
  return [{ type: 'match', at, subject: read(source.subjectAt?.(subject.from) ?? subject), cases }];
}

function matchesAll(pattern: Pattern): boolean {
  if (pattern.type === 'as') return matchesAll(pattern.pattern);
  if (pattern.type === 'or') return pattern.options.some(matchesAll);
  return pattern.type === 'capture';
}

function checkTarget(source: Source, target: Expression, isDeleted = false): Expression {
  if (target.type === 'name') return target;
  if (target.type === 'subscript') {
    if (target.index.type === 'slice' && !isDeleted) source.report(target.at, 'slices cannot be assigned');
    return target;
  }
  if (target.type === 'attribute') source.report(target.at, 'attributes cannot be assigned');
  else if (target.type === 'tuple' || target.type === 'list') {
    for (const one of target.elements) checkTarget(source, one.type === 'starred' ? one.value : one, isDeleted);
    if (target.elements.filter(({ type }) => type === 'starred').length > 1)
      source.report(target.at, 'multiple starred expressions in assignment');
  } else source.report(target.at, 'this cannot be assigned');
  return target;
}

function split(nodes: readonly Node[], name: string): readonly [readonly Node[], readonly Node[]] {
  const index = nodes.findIndex((node) => node.name === name);
  return [nodes.slice(0, index), nodes.slice(index + 1)];
}

function refuse(source: Source, at: number, message: string): readonly Statement[] {
  source.report(at, message);
  return [];
}
