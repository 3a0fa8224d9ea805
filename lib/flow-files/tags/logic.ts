import { formatted } from './format.js';
import type { Json } from '../../base/json.js';
import type { Tree } from '../read/tree.js';
import type { TagCall, TagRule } from './tag-table.js';
import { isTrue } from './truth.js';

const modes: ReadonlyMap<string, (truths: readonly boolean[]) => boolean> = new Map([
  ['AND', (truths) => truths.every(Boolean)],
  ['NAND', (truths) => !truths.every(Boolean)],
  ['OR', (truths) => truths.some(Boolean)],
  ['NOR', (truths) => !truths.some(Boolean)],
  ['XOR', (truths) => truths.reduce((one, other) => one !== other, false)],
  ['XNOR', (truths) => !truths.reduce((one, other) => one !== other, false)],
]);

/** `!Condition [MODE, value, …]`. */
export const condition: TagRule = (call) => {
  const [mode, ...values] = call.parts;
  const name = call.text(mode, 'AND, NAND, OR, NOR, XOR or XNOR');
  const decide = modes.get(name.toUpperCase());
  if (decide === undefined) return call.fail(`"${name}" is none of AND, NAND, OR, NOR, XOR, XNOR`);
  if (values.length === 0) return call.fail('!Condition needs at least one value');
  return decide(call.all(values.map((value) => () => isTrue(call.resolve(value)))));
};

/** `!If [condition]` or `!If [condition, then, else]`. */
export const ifTag: TagRule = (call) => {
  const [test, then, otherwise] = call.parts;
  if (test === undefined || call.parts.length === 2 || call.parts.length > 3)
    return call.fail('!If needs a condition, or a condition and two values');
  const holds = isTrue(call.resolve(test));
  if (then === undefined || otherwise === undefined) return holds;
  return call.resolve(holds ? then : otherwise);
};

function bothOf(
  call: TagCall,
  template: Tree | undefined,
  values: readonly Tree[],
): readonly [string, readonly Json[]] {
  let text = '';
  let resolved: readonly Json[] = [];
  call.all([
    () => {
      text = call.text(template, 'a template');
    },
    () => {
      resolved = call.all(values.map((value) => () => call.resolve(value)));
    },
  ]);
  return [text, resolved];
}

/** `!Format [template, value, …]`. */
export const format: TagRule = (call) => {
  const [template, ...values] = call.parts;
  const [text, resolved] = bothOf(call, template, values);
  try {
    return formatted(text, resolved);
  } catch (error) {
    return call.fail(error instanceof Error ? error.message : 'the template cannot be filled');
  }
};
