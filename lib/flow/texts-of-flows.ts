import type { Texts } from '../base/message.js';
import type { Flow } from './flow.js';

/** The default texts of all flows: their own, their stages', their policies'. */
export function textsOfFlows(flows: readonly Flow[]): Texts {
  const bindings = flows.flatMap((flow) => [...flow.bindings, ...flow.insertable.values()]);
  const policies = [...flows, ...bindings].flatMap(({ guard }) => guard.bindings.map((binding) => binding.policy));
  const definitions = [...flows, ...bindings.map((binding) => binding.stage), ...policies];
  return Object.assign({}, ...definitions.map(({ messages }) => messages)) as Texts;
}
