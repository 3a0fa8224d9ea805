import type { ReportUse } from '../python/check/environment.js';
import { isLocal, type Scope } from '../python/check/scope.js';
import { walk } from '../python/check/walk.js';
import type { Call, Expression, Program, Statement } from '../python/syntax/tree.js';
import type { PythonLookups } from './lookups.js';

/**
 * Reports what an expression does with the plan's context and has another effect than in authentik: keys that are never
 * there, and keys that it sets for later stages. An expression that reads a key that is missing decides as if the person
 * had nothing of the kind, without a word.
 */
export function checkContextUse(program: Program, { locate }: PythonLookups, report: ReportUse): void {
  const isContext = contextFinder(program);
  const written = new Set<Expression>();

  const reads = (key: Expression | undefined): void => {
    const name = textOf(key);
    if (key === undefined || name === null) return;
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
  const target = (node: Expression, scope: Scope): void => {
    if (node.type === 'tuple' || node.type === 'list') for (const one of node.elements) target(one, scope);
    if (node.type !== 'subscript' || !isContext(node.object, scope)) return;
    written.add(node);
    sets(node.index, node.index.at);
  };

  walk(program, {
    expression(node, scope) {
      if (node.type === 'call') called(node, scope);
      if (node.type === 'subscript' && !written.has(node) && isContext(node.object, scope)) reads(node.index);
      if (node.type === 'subscript' && isMeta(node.object)) meta(node.index);
      if (node.type === 'comparison') {
        const operands = [node.first, ...node.rest.map(({ operand }) => operand)];
        for (const [index, { operator, operand }] of node.rest.entries())
          if (/\bin$/.test(operator) && isContext(operand, scope)) reads(operands[index]);
      }
    },
    statement(node, scope) {
      for (const one of targetsOf(node)) target(one, scope);
    },
  });

  function called({ callee, args }: Call, scope: Scope): void {
    if (callee.type !== 'attribute') return;
    const [first] = args;
    const isMember = first !== undefined && first.name === null;
    if (isMeta(callee.object) && callee.name === 'get' && isMember) meta(first.value);
    if (!isContext(callee.object, scope)) return;
    if (['get', 'pop', 'setdefault'].includes(callee.name) && isMember) reads(first.value);
    if (['pop', 'setdefault'].includes(callee.name) && isMember) sets(first.value, first.value.at);
    if (callee.name !== 'update') return;
    for (const { name, value, at } of args) {
      if (name !== null && name !== '*' && name !== '**') sets({ type: 'constant', value: name, at }, at);
      else if (value.type === 'dict')
        for (const { key, value: of } of value.entries) sets(key ?? undefined, (key ?? of).at);
      else sets(undefined, value.at);
    }
  }

  function meta(key: Expression): void {
    const name = textOf(key);
    if (name !== null && name !== 'REMOTE_ADDR')
      report('mistake', key.at, `http_request.META has no "${name}" here, only "REMOTE_ADDR"`);
  }
}

const located: ReadonlySet<string> = new Set(['geoip', 'asn']);

/** Keys that authentik sets and the kit does not. */
const missing: ReadonlySet<string> = new Set([
  ...['token', 'application', 'device', 'outpost', 'certificate', 'source_groups'],
  ...['groups', 'user_path', 'user_type', 'email', 'consent', 'consent_header', 'consent_permissions'],
  ...['consent_additional_permissions', 'title', 'url', 'attrs'],
]);

function textOf(node: Expression | undefined): string | null {
  return node?.type === 'constant' && typeof node.value === 'string' ? node.value : null;
}

function isMeta(node: Expression): boolean {
  return node.type === 'attribute' && node.name === 'META';
}

function targetsOf(node: Statement): readonly Expression[] {
  if (node.type === 'assign' || node.type === 'delete') return node.targets;
  if (node.type === 'update') return [node.target];
  return node.type === 'for' ? [node.target] : [];
}

/** True for `context`, `….context`, and a name that is given nothing else. */
function contextFinder(program: Program): (node: Expression, scope: Scope) => boolean {
  const given = new Map<string, Expression[]>();
  walk(program, {
    expression(node) {
      if (node.type === 'named') given.set(node.name, [...(given.get(node.name) ?? []), node.value]);
    },
    statement(node) {
      if (node.type !== 'assign') return;
      for (const one of node.targets)
        if (one.type === 'name') given.set(one.id, [...(given.get(one.id) ?? []), node.value]);
    },
  });
  const isContext = (node: Expression, scope: Scope, seen: ReadonlySet<string> = new Set()): boolean => {
    if (node.type === 'attribute') return node.name === 'context';
    if (node.type !== 'name' || seen.has(node.id)) return false;
    if (!isLocal(scope, node.id)) return node.id === 'context';
    const values = given.get(node.id) ?? [];
    return values.length > 0 && values.every((value) => isContext(value, scope, new Set([...seen, node.id])));
  };
  return (node, scope) => isContext(node, scope);
}
