import { isZone } from '../../base/clock.js';
import { patternProblem } from '../modules/re-compile.js';
import type { Source } from '../syntax/source.js';
import type { Argument, Call, Expression, Program } from '../syntax/tree.js';
import type { PyModule, Value } from '../values/value.js';
import { isLocal, type Scope } from './scope.js';
import type { StaticValues } from './static-values.js';
import { walk } from './walk.js';

const withPattern = ['compile', 'search', 'match', 'fullmatch', 'findall', 'finditer', 'split', 'sub', 'subn'];
const helpers = new Set(['regex_match', 'regex_replace']);
/** Only patterns have it. */
const lookAround = /\(\?(?:[=!>]|<[=!])/;

// To compile one may take a millisecond. What is wrong with more is said by the run that uses it.
const mostPatterns = 100;

/**
 * Reports zones and patterns that can never work: those that the expression always gives, and where a pattern cannot be
 * followed, each text of the expression with look-around.
 */
export function checkLiterals(
  source: Source,
  program: Program,
  statics: StaticValues,
  modules: ReadonlyMap<string, PyModule>,
): void {
  const { members } = modules.get('re') ?? { members: new Map<string, Value>() };
  const functions = new Set(withPattern.map((name) => members.get(name)));
  const reported = new Set<number>();
  const texts: { readonly text: string; readonly at: number }[] = [];
  const problems = new Map<string, string | null>();
  let isAllFollowed = true;

  walk(program, {
    expression(node, scope) {
      if (node.type === 'constant' && typeof node.value === 'string') texts.push({ text: node.value, at: node.at });
      if (node.type === 'formatted')
        for (const part of node.parts) if (typeof part === 'string') texts.push({ text: part, at: node.at });
      if (node.type !== 'call') return;
      checkZone(node, scope);
      const given = patternIn(node, scope);
      if (given !== null) checkPattern(given, scope);
    },
    statement: () => undefined,
  });
  if (!isAllFollowed) for (const { text, at } of texts) if (lookAround.test(text)) report(at, problemOf(text));

  function report(at: number, problem: string | null): void {
    if (problem === null || reported.has(at)) return;
    reported.add(at);
    source.report(at, problem);
  }

  function problemOf(pattern: string): string | null {
    if (!problems.has(pattern) && problems.size < mostPatterns) problems.set(pattern, patternProblem(pattern));
    return problems.get(pattern) ?? null;
  }

  function checkZone({ callee, args }: Call, scope: Scope): void {
    const called = statics.known(callee, scope);
    if (called === null || !('itself' in called) || called.itself.name !== 'ZoneInfo') return;
    const given = argument(args, 0, 'key');
    const zone = given === null ? null : statics.text(given, scope);
    if (zone !== null && !isZone(zone.text)) report(zone.at, `'${zone.text.slice(0, 40)}' is not an IANA time zone`);
  }

  function checkPattern(given: Expression, scope: Scope): void {
    const known = statics.text(given, scope);
    if (known === null) isAllFollowed = false;
    else report(known.at, problemOf(known.text));
  }

  function patternIn({ callee, args }: Call, scope: Scope): Expression | null {
    if (callee.type === 'name' && helpers.has(callee.id) && !isLocal(scope, callee.id))
      return argument(args, 1, 'regex');
    const called = statics.value(callee, scope);
    return called !== undefined && functions.has(called) ? argument(args, 0, 'pattern') : null;
  }
}

/** The value of a parameter, by its place or its name; `null`: it is not known. */
function argument(args: readonly Argument[], place: number, name: string): Expression | null {
  if (args.slice(0, place + 1).some((one) => one.name === '*')) return null;
  const given = args.find((one) => one.name === name) ?? args[place];
  return given?.name === null || given?.name === name ? given.value : null;
}
