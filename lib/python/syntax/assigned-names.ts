import type { Block, Expression, Pattern, Statement } from './tree.js';

/** The names that a block binds in its own function: those of functions and comprehensions within are their own. */
export function assignedNames(block: Block): ReadonlySet<string> {
  const names = new Set<string>();
  const outer = new Set<string>();
  for (const statement of block) addStatement(statement, names, outer);
  for (const name of outer) names.delete(name);
  return names;
}

/** The names that an expression binds where it stands: those of `:=`, also within comprehensions. */
export function namesBoundIn(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  addExpression(expression, names);
  return names;
}

export function targetNames(target: Expression, names = new Set<string>()): ReadonlySet<string> {
  if (target.type === 'name') names.add(target.id);
  else if (target.type === 'tuple' || target.type === 'list')
    for (const one of target.elements) targetNames(one, names);
  else if (target.type === 'starred') targetNames(target.value, names);
  else addExpression(target, names);
  return names;
}

function addStatement(statement: Statement, names: Set<string>, outer: Set<string>): void {
  const addBlock = (block: Block): void => {
    for (const one of block) addStatement(one, names, outer);
  };
  switch (statement.type) {
    case 'expression':
      return addExpression(statement.value, names);
    case 'assign':
      for (const target of statement.targets) targetNames(target, names);
      return addExpression(statement.value, names);
    case 'update':
      targetNames(statement.target, names);
      return addExpression(statement.value, names);
    case 'if':
      for (const { test, body } of statement.branches) {
        addExpression(test, names);
        addBlock(body);
      }
      return addBlock(statement.otherwise);
    case 'while':
      addExpression(statement.test, names);
      addBlock(statement.body);
      return addBlock(statement.otherwise);
    case 'for':
      targetNames(statement.target, names);
      addExpression(statement.iterable, names);
      addBlock(statement.body);
      return addBlock(statement.otherwise);
    case 'try':
      addBlock(statement.body);
      for (const handler of statement.handlers) {
        if (handler.name !== null) names.add(handler.name);
        addBlock(handler.body);
      }
      addBlock(statement.otherwise);
      return addBlock(statement.last);
    case 'raise':
    case 'return':
      return statement.value === null ? undefined : addExpression(statement.value, names);
    case 'delete':
      for (const target of statement.targets) targetNames(target, names);
      return;
    case 'import':
      for (const { as } of statement.names) names.add(as);
      return;
    case 'def':
      names.add(statement.name);
      for (const { byDefault } of statement.parameters) if (byDefault !== null) addExpression(byDefault, names);
      return;
    case 'assert':
      return addExpression(statement.test, names);
    case 'nonlocal':
      for (const name of statement.names) outer.add(name);
      return;
    case 'match':
      addExpression(statement.subject, names);
      for (const { pattern, guard, body } of statement.cases) {
        addPattern(pattern, names);
        if (guard !== null) addExpression(guard, names);
        addBlock(body);
      }
      return;
    case 'pass':
    case 'break':
    case 'continue':
      return;
  }
}

function addPattern(pattern: Pattern, names: Set<string>): void {
  switch (pattern.type) {
    case 'value':
      return;
    case 'capture':
    case 'star':
      if (pattern.name !== null) names.add(pattern.name);
      return;
    case 'or':
      for (const option of pattern.options) addPattern(option, names);
      return;
    case 'as':
      names.add(pattern.name);
      return addPattern(pattern.pattern, names);
    case 'sequence':
      for (const one of pattern.patterns) addPattern(one, names);
  }
}

function addExpression(expression: Expression, names: Set<string>): void {
  if (expression.type === 'named') names.add(expression.name);
  if (expression.type === 'lambda') return;
  for (const part of partsOf(expression)) addExpression(part, names);
}

/** The expressions directly within an expression. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'constant':
    case 'name':
      return [];
    case 'tuple':
    case 'list':
    case 'set':
      return expression.elements;
    case 'dict':
      return expression.entries.flatMap(({ key, value }) => (key === null ? [value] : [key, value]));
    case 'unary':
      return [expression.operand];
    case 'binary':
    case 'logical':
      return [expression.left, expression.right];
    case 'comparison':
      return [expression.first, ...expression.rest.map(({ operand }) => operand)];
    case 'call':
      return [expression.callee, ...expression.args.map(({ value }) => value)];
    case 'attribute':
      return [expression.object];
    case 'subscript':
      return [expression.object, expression.index];
    case 'slice':
      return [expression.start, expression.stop, expression.step].filter((part) => part !== null);
    case 'conditional':
      return [expression.test, expression.body, expression.otherwise];
    case 'lambda':
      return [
        ...expression.parameters.map(({ byDefault }) => byDefault).filter((part) => part !== null),
        expression.body,
      ];
    case 'comprehension':
      return [
        expression.element,
        ...(expression.value === null ? [] : [expression.value]),
        ...expression.clauses.flatMap((clause) =>
          clause.type === 'if' ? [clause.test] : [clause.target, clause.iterable],
        ),
      ];
    case 'formatted':
      return expression.parts.flatMap((part) =>
        typeof part === 'string' ? [] : [part.value, ...(part.spec === null ? [] : [part.spec])],
      );
    case 'named':
    case 'starred':
      return [expression.value];
  }
}
