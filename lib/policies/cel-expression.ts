import type * as cel from '@marcbachmann/cel-js';
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { requirePackage } from '../base/optional-package.js';
import { isInNetwork } from '../base/networks.js';
import { isEqual, isIn } from './cel-equality.js';
import { celLimits, createEvaluationBudget, type CheckSize } from './cel-limits.js';
import {
  equalFunction,
  isSameTree,
  memberFunction,
  nodesOf,
  ownFunctions,
  roundsFunction,
  valueFunction,
  withChecks,
} from './cel-tree.js';
import { linearRegex, type LinearRegex } from './linear-regex.js';

/** A checked expression. */
export interface CelExpression {
  /** False: the account need not be looked up. */
  readonly readsUser: boolean;
  /** @throws when it cannot be evaluated with these variables, and above a limit */
  evaluate(variables: (checkSize: CheckSize) => Record<string, unknown>): unknown;
}

/**
 * Parses and checks an expression once. All mistakes that can be found without values are found here.
 * @throws CelMistakes
 */
export function celExpression(text: string): CelExpression {
  const { Environment: Cel, serialize } = requirePackage<typeof cel>('@marcbachmann/cel-js', 'celPolicy');
  if (text.length > celLimits.expression)
    throw new CelMistakes([`an expression has at most ${String(celLimits.expression)} characters`]);
  const budget = createEvaluationBudget();
  const patterns = new Map<string, LinearRegex>();
  const { nodes: maxAstNodes, depth: maxDepth, listLiteral: maxListElements } = celLimits;
  const limits = { maxAstNodes, maxDepth, maxListElements };
  const root = checked(declare(new Cel({ enableOptionalTypes: true, limits })), text);
  const nodes = nodesOf(root);
  const mistakes = compilePatterns(nodes, patterns);
  if (mistakes.length > 0) throw new CelMistakes(mistakes);

  // Larger, because counting adds nodes.
  const larger = { maxAstNodes: 10 * maxAstNodes, maxDepth: 10 * maxDepth, maxListElements };
  const environment = declare(new Cel({ enableOptionalTypes: true, limits: larger }));
  environment.registerFunction('regex_match(string, string): bool', (value: string, pattern: string) => {
    const regex = patterns.get(pattern);
    if (regex === undefined) throw new Error('a pattern must be a literal');
    budget.checkSize(value);
    budget.spend(1 + Math.ceil((regex.states * (value.length + 1)) / 2000));
    return regex.isIn(value);
  });
  environment.registerFunction(`${roundsFunction}(dyn): dyn`, (list: unknown) => {
    // Before the rounds begin: an error within one is only one of several operands of `all` and `exists`.
    budget.spend(Array.isArray(list) ? list.length : 1);
    return list;
  });
  environment.registerFunction(`${valueFunction}(dyn): dyn`, (value: unknown) => {
    budget.checkSize(value);
    return value;
  });
  environment.registerFunction(`${equalFunction}(dyn, dyn): bool`, isEqual);
  environment.registerFunction(`${memberFunction}(dyn, dyn): bool`, isIn);
  if (!isSameTree(environment.parse(serialize(root)).ast, root))
    throw new CelMistakes(['a number has too many digits, or the expression is too unusual to be counted']);
  const run = environment.parse(serialize(withChecks(root)));
  return {
    readsUser: nodes.some((node) => node.op === 'id' && node.args === 'user'),
    evaluate(variables) {
      budget.begin();
      const result: unknown = run(variables(budget.checkSize));
      budget.end();
      return result;
    },
  };
}

/** Each mistake with its line and column. */
export class CelMistakes extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join('; '));
  }
}

function declare(environment: Environment): Environment {
  return environment
    .registerVariable('prompt_data', 'map')
    .registerVariable('context', 'map')
    .registerVariable({
      name: 'user',
      schema: {
        authenticated: 'bool',
        id: 'string',
        username: 'string',
        email: 'string',
        name: 'string',
        active: 'bool',
        groups: 'list<string>',
      },
    })
    .registerVariable({
      name: 'request',
      schema: {
        address: 'string',
        locale: 'string',
        tenant: 'string',
        now: 'google.protobuf.Timestamp',
        posted: 'bool',
      },
    })
    .registerVariable({ name: 'flow', schema: { slug: 'string', designation: 'string', step: 'string' } })
    .registerFunction('in_network(string, string): bool', isInNetwork);
}

/** The tree of an expression without mistakes of syntax, types or limits. */
function checked(environment: Environment, text: string): ASTNode {
  environment.registerFunction('regex_match(string, string): bool', () => false);
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    throw new CelMistakes([describeMistake(text, error)]);
  }
  const { valid, type, error } = parsed.check();
  const mistakes = forbidden(nodesOf(parsed.ast));
  if (mistakes.length > 0) throw new CelMistakes(mistakes);
  if (!valid) throw new CelMistakes([describeMistake(text, error)]);
  if (type !== 'bool' && type !== 'dyn')
    throw new CelMistakes([`an expression must be true or false; this one is a ${String(type)}`]);
  return parsed.ast;
}

/** Functions that would take unlimited time or memory. */
function forbidden(nodes: readonly ASTNode[]): readonly string[] {
  const calls = nodes.flatMap((node) =>
    node.op === 'rcall' || node.op === 'call' ? [{ node, name: node.args[0] }] : [],
  );
  const refuse = (name: string, text: string): readonly string[] =>
    calls.filter((call) => call.name === name).map(({ node }) => `${placeOf(node)}: ${text}`);
  return [
    ...refuse('matches', "matches() may take years for some texts; use regex_match(value, 'pattern')"),
    ...refuse('bind', 'cel.bind() is not available'),
    ...ownFunctions.flatMap((name) => refuse(name, `${name}() is not available`)),
    ...calls
      .filter(({ name }) => name === 'map')
      .slice(celLimits.maps)
      .map(({ node }) => `${placeOf(node)}: at most ${String(celLimits.maps)} map() are allowed`),
  ];
}

function compilePatterns(nodes: readonly ASTNode[], patterns: Map<string, LinearRegex>): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.op !== 'call' || node.args[0] !== 'regex_match') return [];
    const pattern = node.args[1][1];
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string')
      return [`${placeOf(node)}: the pattern of regex_match() must be a text in quotes`];
    try {
      patterns.set(pattern.args, linearRegex(pattern.args, 'regex_match'));
      return [];
    } catch (error) {
      if (error instanceof Error && 'issues' in error) throw error;
      return [`${placeOf(pattern)}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

function describeMistake(text: string, error: unknown): string {
  const summary = isRecord(error) && typeof error['summary'] === 'string' ? error['summary'] : String(error);
  const range = isRecord(error) && isRecord(error['range']) ? error['range']['start'] : undefined;
  return typeof range === 'number' ? `${positionIn(text, range)}: ${summary}` : summary;
}

function placeOf({ input, range }: ASTNode): string {
  return positionIn(input, range.start);
}

function positionIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${String(lines.length)}, column ${String((lines.at(-1) ?? '').length + 1)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
