import { makerOf } from '../../lib/flow/made-by.js';
import type { Flow } from '../../lib/flow/flow.js';
import type { PolicySet } from '../../lib/flow/policy-set.js';
import type { Policy } from '../../lib/flow/policy.js';
import type { Stage } from '../../lib/flow/stage.js';

/** Everything of a flow that a file can hold. Of functions and prompts, how the kit makes them. */
export function shape(flow: Flow): unknown {
  const { insertable: _, messages: __, ...rest } = flow;
  const all = {
    ...rest,
    guard: guardShape(flow.guard),
    bindings: flow.bindings.map(({ stage, guard, ...binding }) => ({
      ...binding,
      guard: guardShape(guard),
      stage: stageShape(stage),
    })),
  };
  // Of settings that are left out and those that are undefined, no file knows.
  return JSON.parse(JSON.stringify(all, made));
}

function made(_: string, value: unknown): unknown {
  if ((typeof value !== 'function' && typeof value !== 'object') || value === null) return value;
  const maker = makerOf(value);
  if (maker === undefined) return typeof value === 'function' ? 'code' : value;
  return { kit: maker.factory, given: maker.given };
}

function stageShape(stage: Stage): unknown {
  const { validation: _, ...settings } = { ...stage.settings } as Record<string, unknown>;
  return {
    kind: stage.kind,
    factory: stage.factory,
    settings,
    validation: stage.asking ? stage.validation.map(policyShape) : [],
  };
}

function guardShape({ bindings, ...set }: PolicySet): unknown {
  return { ...set, bindings: bindings.map(({ policy, ...binding }) => ({ ...binding, policy: policyShape(policy) })) };
}

function policyShape({ name, fields, consumes, gate, requiresSource, madeBy }: Policy): unknown {
  return { name, fields, consumes, gate, requiresSource, madeBy };
}
