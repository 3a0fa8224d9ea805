import { partsOf } from '../syntax/assigned-names.js';
import type { Block, Comprehension, Expression, Parameter, Pattern, Program, Statement } from '../syntax/tree.js';
import type { Scope } from './scope.js';

interface Visitor {
  expression(node: Expression, scope: Scope): void;
  statement(node: Statement, scope: Scope, isInLoop: boolean): void;
}

/** Visits every statement and every expression, each with the names that it sees. */
export function walk(program: Program, visitor: Visitor): void {
  walkBlock(program.body, { locals: program.locals, outer: null }, false, visitor);
}

function walkBlock(block: Block, scope: Scope, isInLoop: boolean, visitor: Visitor): void {
  for (const statement of block) walkStatement(statement, scope, isInLoop, visitor);
}

function walkStatement(node: Statement, scope: Scope, isInLoop: boolean, visitor: Visitor): void {
  visitor.statement(node, scope, isInLoop);
  const see = (...expressions: readonly (Expression | null)[]): void => {
    for (const expression of expressions) if (expression !== null) walkExpression(expression, scope, visitor);
  };
  const into = (...blocks: readonly Block[]): void => {
    for (const block of blocks) walkBlock(block, scope, isInLoop, visitor);
  };
  switch (node.type) {
    case 'expression':
    case 'raise':
    case 'return':
      return see(node.value);
    case 'assign':
      return see(node.value, ...node.targets);
    case 'update':
      return see(node.value, node.target);
    case 'if':
      for (const { test, body } of node.branches) {
        see(test);
        into(body);
      }
      return into(node.otherwise);
    case 'while':
      see(node.test);
      walkBlock(node.body, scope, true, visitor);
      return into(node.otherwise);
    case 'for':
      see(node.iterable, node.target);
      walkBlock(node.body, scope, true, visitor);
      return into(node.otherwise);
    case 'try':
      see(...node.handlers.map(({ matches }) => matches));
      return into(node.body, ...node.handlers.map(({ body }) => body), node.otherwise, node.last);
    case 'delete':
      return see(...node.targets);
    case 'def':
      see(...defaultsOf(node.parameters));
      return walkBlock(node.body, { locals: node.locals, outer: scope }, false, visitor);
    case 'assert':
      return see(node.test, node.text);
    case 'match':
      see(node.subject);
      for (const { pattern, guard, body } of node.cases) {
        see(...valuesOf(pattern), guard);
        into(body);
      }
      return;
    case 'import':
    case 'nonlocal':
    case 'pass':
    case 'break':
    case 'continue':
      return;
  }
}

function walkExpression(node: Expression, scope: Scope, visitor: Visitor): void {
  visitor.expression(node, scope);
  if (node.type === 'lambda') {
    for (const value of defaultsOf(node.parameters)) walkExpression(value, scope, visitor);
    return walkExpression(node.body, { locals: node.locals, outer: scope }, visitor);
  }
  if (node.type === 'comprehension') return walkComprehension(node, scope, visitor);
  for (const part of partsOf(node)) walkExpression(part, scope, visitor);
}

function walkComprehension(node: Comprehension, scope: Scope, visitor: Visitor): void {
  const inner: Scope = { locals: node.locals, outer: scope };
  for (const [index, clause] of node.clauses.entries()) {
    if (clause.type === 'if') walkExpression(clause.test, inner, visitor);
    else {
      walkExpression(clause.iterable, index === 0 ? scope : inner, visitor);
      walkExpression(clause.target, inner, visitor);
    }
  }
  walkExpression(node.element, inner, visitor);
  if (node.value !== null) walkExpression(node.value, inner, visitor);
}

function defaultsOf(parameters: readonly Parameter[]): readonly Expression[] {
  return parameters.map(({ byDefault }) => byDefault).filter((value) => value !== null);
}

function valuesOf(pattern: Pattern): readonly Expression[] {
  switch (pattern.type) {
    case 'value':
      return [pattern.value];
    case 'or':
      return pattern.options.flatMap(valuesOf);
    case 'as':
      return valuesOf(pattern.pattern);
    case 'sequence':
      return pattern.patterns.flatMap(valuesOf);
    case 'capture':
    case 'star':
      return [];
  }
}
