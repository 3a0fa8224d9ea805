import { didYouMean } from '../../base/did-you-mean.js';
import type { Json } from '../../base/json.js';
import { fileLimits } from '../limits.js';
import type { Position } from '../problems.js';
import type { Tagged, Tree } from '../read/tree.js';
import { enumerate, index, value } from './enumerate.js';
import { atIndex, context, env, file, parseJson } from './inputs.js';
import { condition, format, ifTag } from './logic.js';
import { find, findObject, keyOf } from './references.js';
import { LeftOut, TagMistake, TooMuch, Unresolved, type Round, type TagScope } from './scope.js';
import type { TagCall, TagRule } from './tag-table.js';

const rules: ReadonlyMap<string, TagRule> = new Map([
  ['!KeyOf', keyOf],
  ['!Find', find],
  ['!FindObject', findObject],
  ['!Context', context],
  ['!Env', env],
  ['!File', file],
  ['!Format', format],
  ['!If', ifTag],
  ['!Condition', condition],
  ['!Enumerate', enumerate],
  ['!Index', index],
  ['!Value', value],
  ['!AtIndex', atIndex],
  ['!ParseJSON', parseJson],
]);

/** Whether the kit knows the tag; otherwise the sentence that says so. */
export function unknownTag(tag: string): string | null {
  return rules.has(tag) ? null : `unknown tag ${tag.slice(0, 40)}${didYouMean(tag, [...rules.keys()])}`;
}

/**
 * The function that turns values of one file into data. What all its calls make together has a limit.
 * @throws TagMistake, LeftOut: the function it returns does
 */
export function resolver(scope: TagScope, report: (mistake: TagMistake) => void): (tree: Tree) => Json {
  let left = fileLimits.resolved;

  function resolve(tree: Tree, rounds: readonly Round[]): Json {
    left -= 1;
    if (left < 0)
      throw new TooMuch(tree.at, `the tags of the file make more than ${String(fileLimits.resolved)} values`);
    if (tree.type === 'scalar') return tree.value;
    if (tree.type === 'unread') throw new Unresolved();
    if (tree.type === 'list') return all(tree.items.map((item) => () => resolve(item, rounds)));
    if (tree.type === 'mapping')
      return Object.fromEntries(
        all(tree.members.map((member) => () => [member.key, resolve(member.value, rounds)] as const)),
      );
    return resolveTag(tree, rounds);
  }

  function all<Made>(acts: readonly (() => Made)[]): readonly Made[] {
    const made: Made[] = [];
    let leftOut: LeftOut | null = null;
    for (const act of acts)
      try {
        made.push(act());
      } catch (error) {
        if (error instanceof LeftOut) leftOut ??= error;
        else if (error instanceof TagMistake && !(error instanceof TooMuch)) report(error);
        else if (!(error instanceof Unresolved)) throw error;
      }
    if (made.length === acts.length) return made;
    throw leftOut ?? new Unresolved();
  }

  function resolveTag(node: Tagged, rounds: readonly Round[]): Json {
    const rule = rules.get(node.tag);
    if (rule === undefined) throw new TagMistake(node.at, unknownTag(node.tag) ?? '');
    const fail = (message: string, at: Position = node.at): never => {
      throw new TagMistake(at, message);
    };
    const call: TagCall = {
      node,
      scope,
      rounds,
      parts: node.value.type === 'list' ? node.value.items : [node.value],
      resolve: (part, inner = rounds) => resolve(part, inner),
      all,
      text(part, what) {
        const made = part === undefined ? null : resolve(part, rounds);
        if (typeof made === 'string' && made !== '') return made;
        if (typeof made === 'number') return String(made);
        return fail(`${node.tag} needs ${what}`, part?.at);
      },
      fail,
    };
    const made = rule(call);
    // What was copied out of a context or an object counts as well, or rounds of it would grow without an end.
    left -= sizeOf(made);
    return made;
  }

  return (tree) => resolve(tree, []);
}

function sizeOf(made: Json): number {
  if (typeof made === 'string') return Math.floor(made.length / 1_000);
  if (made === null || typeof made !== 'object') return 0;
  return Object.values(made).reduce<number>((sum, inner) => sum + 1 + sizeOf(inner ?? null), 0);
}
