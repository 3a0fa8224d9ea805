import type { ReportUse } from '../python/check/environment.js';
import { isLocal, type Scope } from '../python/check/scope.js';
import { walk } from '../python/check/walk.js';
import type { Call, Comparison, Expression, Program, Statement } from '../python/syntax/tree.js';
import { contextFinder } from './context-finder.js';
import { textOf } from './literal-text.js';
import type { PythonLookups } from './lookups.js';

/**
 * Reports what an expression does with the plan's context and has another effect than in authentik: keys that are never
 * there, and keys that it sets for later stages. An expression that reads a key that is missing decides as if the person
 * had nothing of the kind, without a word. A use of the context that cannot be followed is reported as such.
 */
export function checkContextUse(program: Program, { locate }: PythonLookups, report: ReportUse): void {
  const isContext = contextFinder(program);
  const written = new Set<Expression>();
  const followed = new Set<Expression>();

  const unknown = (at: number): void => {
    report(
      'notice',
      at,
      'which keys of context are read here cannot be known: some are never set, and read as missing',
    );
  };
  const reads = (key: Expression | undefined): void => {
    if (key === undefined) return;
    const name = textOf(key);
    if (name === null) return unknown(key.at);
    if (located.has(name) && locate === undefined)
      report('mistake', key.at, `context["${name}"] needs the function locate in lookups`);
    else if (missing.has(name) || name.startsWith('goauthentik.io/'))
      report('notice', key.at, `context["${name}"] is never set here: it reads as missing`);
  };
  const sets = (key: Expression | undefined, at: number): void => {
    const name = textOf(key);
    if (name === 'prompt_data') return;
    if (name === 'pending_user')
      report('mistake', at, 'context["pending_user"] cannot be set: a flow is about the user who proved who they are');
    else
      report(
        'notice',
        at,
        `${name === null ? 'the key' : `context["${name}"]`} is set for this expression only: of context, the plan keeps prompt_data`,
      );
  };
  const setsAll = (value: Expression): void => {
    if (value.type !== 'dict') return sets(undefined, value.at);
    for (const { key, value: of } of value.entries) sets(key ?? undefined, (key ?? of).at);
  };
  const target = (node: Expression, scope: Scope): void => {
    if (node.type === 'tuple' || node.type === 'list') for (const one of node.elements) target(one, scope);
    // It is given something else.
    if (node.type === 'name') followed.add(node);
    if (node.type !== 'subscript' || !isContext(node.object, scope)) return;
    written.add(node);
    sets(node.index, node.index.at);
  };
  /** Names that stand for the context and nothing else. */
  const isAlias = (node: Expression, scope: Scope): boolean => node.type === 'name' && isContext(node, scope);

  walk(program, {
    expression(node, scope) {
      if (node.type === 'call') called(node, scope);
      if (node.type === 'named' && isAlias({ type: 'name', id: node.name, at: node.at }, scope))
        followed.add(node.value);
      if (node.type === 'subscript' && isContext(node.object, scope)) {
        followed.add(node.object);
        if (!written.has(node)) reads(node.index);
      }
      if (node.type === 'comparison') compared(node, scope);
      if (isContext(node, scope) && !followed.has(node)) unknown(node.at);
    },
    statement(node, scope) {
      for (const one of targetsOf(node)) target(one, scope);
      if (node.type === 'expression') followed.add(node.value);
      if (node.type === 'assign' && node.targets.every((one) => isAlias(one, scope))) followed.add(node.value);
      if (node.type !== 'update' || !isContext(node.target, scope)) return;
      followed.add(node.target);
      setsAll(node.value);
    },
  });

  function compared({ first, rest }: Comparison, scope: Scope): void {
    const operands = [first, ...rest.map(({ operand }) => operand)];
    for (const [index, { operator, operand }] of rest.entries()) {
      if (!/\bin$/.test(operator) || !isContext(operand, scope)) continue;
      followed.add(operand);
      reads(operands[index]);
    }
  }

  function called({ callee, args }: Call, scope: Scope): void {
    const [first, second] = args;
    if (callee.type === 'name' && callee.id === 'getattr' && !isLocal(scope, callee.id)) {
      const name = textOf(second?.value);
      if (name === null || name === 'context') unknown(callee.at);
    }
    if (callee.type !== 'attribute' || !isContext(callee.object, scope)) return;
    if (!['get', 'pop', 'setdefault', 'update'].includes(callee.name)) return;
    followed.add(callee.object);
    if (callee.name === 'update') {
      for (const { name, value, at } of args)
        if (name !== null && !name.startsWith('*')) sets({ type: 'constant', value: name, at }, at);
        else setsAll(value);
      return;
    }
    if (first === undefined) return;
    if (first.name !== null) return unknown(first.at);
    reads(first.value);
    if (callee.name !== 'get') sets(first.value, first.value.at);
  }
}

const located: ReadonlySet<string> = new Set(['geoip', 'asn']);

/** Keys that authentik sets and the kit does not. */
const missing: ReadonlySet<string> = new Set([
  ...['token', 'application', 'device', 'outpost', 'certificate', 'source_groups'],
  ...['groups', 'user_path', 'user_type', 'email', 'consent', 'consent_header', 'consent_permissions'],
  ...['consent_additional_permissions', 'title', 'url', 'attrs'],
]);

function targetsOf(node: Statement): readonly Expression[] {
  if (node.type === 'assign' || node.type === 'delete') return node.targets;
  if (node.type === 'update') return [node.target];
  return node.type === 'for' ? [node.target] : [];
}
