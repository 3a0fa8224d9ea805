import { didYouMean } from '../../base/did-you-mean.js';
import { builtinTable, refusedBuiltins } from '../builtins/table.js';
import type { Source } from '../syntax/source.js';
import type { Call, Name, Program, Statement } from '../syntax/tree.js';
import { checkAttribute } from './attributes.js';
import type { KnownTables, PythonEnvironment } from './environment.js';
import { checkImport } from './imports.js';
import { checkLiterals } from './literals.js';
import { isLocal, namesOf, type Scope } from './scope.js';
import { staticValues } from './static-values.js';
import { walk } from './walk.js';

/** Reports everything that can be known without running: names, attributes, modules, and what stands at a wrong place. */
export function checkProgram(
  source: Source,
  program: Program,
  environment: PythonEnvironment,
  tables: KnownTables,
): void {
  const statics = staticValues(program, tables.modules, environment.globals);
  const given = [...environment.modules.values()].flatMap((members) => [...members]);
  const attributes = new Set([...tables.attributes, ...environment.attributes, ...given]);
  const suggestions = new Map<string, string>();
  walk(program, {
    expression(node, scope) {
      if (node.type === 'name') checkName(source, node, scope, environment, suggestions);
      if (node.type === 'attribute') checkAttribute(source, node, statics.known(node.object, scope), attributes);
      if (node.type === 'call') checkArguments(source, node, scope, environment);
    },
    statement(node, scope, isInLoop) {
      if (node.type === 'import') checkImport(source, node, tables, environment);
      checkPlace(source, node, scope, isInLoop);
    },
  });
  checkLiterals(source, program, statics, tables.modules);
}

// Each is compared with all names that there are.
const mostSuggestions = 50;

/** `suggestions`: what was suggested for names before. */
function checkName(
  source: Source,
  { id, at }: Name,
  scope: Scope,
  { globals, refused }: PythonEnvironment,
  suggestions: Map<string, string>,
): void {
  if (isLocal(scope, id) || globals.has(id)) return;
  const why = refused.get(id) ?? refusedBuiltins.get(id);
  if (why !== undefined)
    return source.report(
      at,
      `'${id}' ${why.startsWith('is ') || why.startsWith('would ') ? why : `is not available: ${why}`}`,
    );
  if (builtinTable.has(id)) return;
  if (!suggestions.has(id) && suggestions.size < mostSuggestions)
    suggestions.set(id, didYouMean(id, [...namesOf(scope), ...globals.keys(), ...builtinTable.keys()]));
  source.report(at, `the name '${id}' is not defined${suggestions.get(id) ?? ''}`);
}

/** Keywords that a function of the host does not take, and names that it does not know. */
function checkArguments(source: Source, { callee, args }: Call, scope: Scope, { globals }: PythonEnvironment): void {
  if (callee.type !== 'name' || isLocal(scope, callee.id)) return;
  const { keywords, named } = globals.get(callee.id) ?? {};
  const first = args[0]?.name === null ? args[0].value : undefined;
  if (named !== undefined && first?.type === 'constant' && typeof first.value === 'string')
    if (!named.names.includes(first.value))
      source.report(first.at, `there is no ${named.what} '${first.value}'${didYouMean(first.value, named.names)}`);
  if (keywords === undefined) return;
  for (const { name, at } of args)
    if (name !== null && !name.startsWith('*') && !keywords.includes(name))
      source.report(at, `${callee.id}() has no argument '${name}' here${didYouMean(name, keywords)}`);
}

function checkPlace(source: Source, node: Statement, scope: Scope, isInLoop: boolean): void {
  if ((node.type === 'break' || node.type === 'continue') && !isInLoop)
    source.report(node.at, `'${node.type}' outside loop`);
  if (node.type !== 'nonlocal') return;
  for (const name of node.names)
    if (scope.outer === null || !isLocal(scope.outer, name))
      source.report(node.at, `no binding for nonlocal '${name}' found`);
}
