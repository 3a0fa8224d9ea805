import { isZone } from '../../base/clock.js';
import type { Source } from '../syntax/source.js';
import type { Argument, Call, Expression } from '../syntax/tree.js';
import { patternProblem } from '../modules/re-compile.js';
import type { Known } from './static-values.js';

const withPattern = new Set(['compile', 'search', 'match', 'fullmatch', 'findall', 'finditer', 'split', 'sub', 'subn']);
const helpers = new Set(['regex_match', 'regex_replace']);

/** Reports patterns and zones, written as literals, that can never work. */
export function checkLiterals(
  source: Source,
  { callee, args }: Call,
  called: Known,
  known: (node: Expression) => Known,
): void {
  const zone = called !== null && 'itself' in called && called.itself.name === 'ZoneInfo' ? literal(args[0]) : null;
  if (zone !== null && !isZone(zone.text))
    source.report(zone.at, `'${zone.text.slice(0, 40)}' is not an IANA time zone`);
  const pattern = patternIn(callee, args, known);
  const problem = pattern === null ? null : patternProblem(pattern.text);
  if (pattern !== null && problem !== null) source.report(pattern.at, problem);
}

function patternIn(callee: Expression, args: readonly Argument[], known: (node: Expression) => Known) {
  if (callee.type === 'name' && helpers.has(callee.id)) return literal(args[1]);
  if (callee.type !== 'attribute' || !withPattern.has(callee.name)) return null;
  const object = known(callee.object);
  return object !== null && 'itself' in object && object.itself.name === 're' ? literal(args[0]) : null;
}

function literal(argument: Argument | undefined): { readonly text: string; readonly at: number } | null {
  if (argument === undefined || argument.name?.startsWith('*') === true) return null;
  const { value } = argument;
  return value.type === 'constant' && typeof value.value === 'string' ? { text: value.value, at: value.at } : null;
}
