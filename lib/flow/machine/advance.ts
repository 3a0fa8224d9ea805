import { isJsonObject, mergeDeep } from '../../base/json.js';
import type { Context, ContextKey, Patch } from '../context.js';
import type { Flow, StageBinding } from '../flow.js';
import type { Plan, Step } from '../plan.js';

/** The binding at the cursor, past every step that is not ahead; `null` when the flow is done. */
export function currentBinding(plan: Plan, flow: Flow): StageBinding | null {
  const step = plan.steps.slice(plan.at).find((candidate) => candidate.state === 'ahead');
  return step === undefined ? null : bindingOf(flow, step.key);
}

export function bindingOf(flow: Flow, key: string): StageBinding | null {
  return flow.bindings.find((binding) => binding.key === key) ?? flow.insertable.get(key) ?? null;
}

/** The current step is passed or skipped; the cursor goes to the next one that is ahead. */
export function leaveStep(plan: Plan, state: 'passed' | 'skipped'): Plan {
  const at = aheadFrom(plan.steps, plan.at);
  if (at === plan.steps.length) return { ...plan, at };
  const steps = plan.steps.map((step, index): Step => (index === at ? { ...step, state } : step));
  return { ...plan, steps, at: aheadFrom(steps, at + 1) };
}

/** Merges a patch into the context: records merge deeply, other values are replaced, removed keys are deleted. */
export function patchContext(plan: Plan, patch: Patch | undefined, remove: readonly ContextKey[] = []): Plan {
  if (patch === undefined && remove.length === 0) return plan;
  return { ...plan, context: joined(plan.context, patch ?? {}, remove) };
}

/** A context, or a patch, merged with a further patch. */
export function joined(context: Context, patch: Patch, remove: readonly ContextKey[] = []): Context {
  const under: Record<string, unknown> = { ...context };
  for (const [key, value] of Object.entries(patch)) {
    const present = under[key];
    if (value === undefined) continue;
    under[key] = merges.has(key) && isJsonObject(present) && isJsonObject(value) ? mergeDeep(present, value) : value;
  }
  for (const key of remove) Reflect.deleteProperty(under, key);
  if (isOfOtherUser(context, patch)) Reflect.deleteProperty(under, 'auth_method');
  return under;
}

/** True where the patch is about another user than the one who has signed in by `auth_method`. */
function isOfOtherUser(context: Context, { pending_user: user, auth_method: method }: Patch): boolean {
  if (user === undefined || method !== undefined) return false;
  return context.pending_user !== user && context.second_factor !== user;
}

/** Context keys that several stages add to. */
const merges = new Set<string>(['prompt_data', 'fixed_data']);

/** The index of the first step that is ahead, from `from` on; the number of steps when there is none. */
export function aheadFrom(steps: readonly Step[], from: number): number {
  const found = steps.findIndex((step, index) => index >= from && step.state === 'ahead');
  return found === -1 ? steps.length : found;
}

interface Start {
  readonly id: string;
  readonly enrollmentId: string;
  readonly origin: Context;
  readonly now: number;
  /** Keys of bindings that their policies skipped at planning. */
  readonly leftOut: ReadonlySet<string>;
  /** The signed-in user, in a flow for signed-in users. */
  readonly owner?: string | undefined;
}

/** Creates a new plan of `flow`. */
export function startPlan(flow: Flow, start: Start): Plan {
  const steps = flow.bindings.map(({ key }): Step => ({ key, state: start.leftOut.has(key) ? 'skipped' : 'ahead' }));
  const plan: Plan = {
    v: 1,
    id: start.id,
    enrollmentId: start.enrollmentId,
    flow: flow.slug,
    build: flow.build,
    at: aheadFrom(steps, 0),
    steps,
    origin: start.origin,
    context: start.origin,
    restarts: 0,
    startedAt: start.now,
    expiresAt: 0,
  };
  return start.owner === undefined ? plan : { ...plan, owner: start.owner };
}
