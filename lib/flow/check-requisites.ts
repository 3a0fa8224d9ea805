import type { Flow } from './flow.js';
import type { Requisite } from './stage.js';

/** Stages that need parts that the app does not have; `absent` names what is missing, by requisite. */
export function checkRequisites(flows: readonly Flow[], absent: ReadonlyMap<Requisite, string>): readonly string[] {
  return flows.flatMap((flow) =>
    [...flow.bindings, ...flow.insertable.values()].flatMap(({ key, stage }) =>
      stage.requires.flatMap((requisite) => {
        const missing = absent.get(requisite);
        return missing === undefined ? [] : [`flows.${flow.slug}.${key}: ${stage.kind} needs ${missing}`];
      }),
    ),
  );
}
