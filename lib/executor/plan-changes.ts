import { withoutDottedKeys } from '../base/dotted-keys.js';
import type { Context, ContextKey, Patch } from '../flow/context.js';
import { joined } from '../flow/machine/advance.js';
import type { Plan } from '../flow/plan.js';
import type { Verdict } from '../flow/policy.js';
import type { Vote } from './vote.js';

/** What passing policies change of the plan. */
export interface PlanChanges {
  readonly patch: Patch;
  /** Dotted keys that leave `prompt_data` before the patch is merged into it. */
  readonly removes: readonly string[];
}

export const noChanges: PlanChanges = Object.freeze({ patch: {}, removes: [] });

/** A policy or stage may change only the context keys that it declares. */
export function declared(writes: readonly ContextKey[], patch: Patch | undefined): Patch {
  return Object.fromEntries(Object.entries(patch ?? {}).filter(([key]) => writes.some((write) => write === key)));
}

/** The changes of one more policy: what a later one sets or removes wins. */
export function withChanges(before: PlanChanges, { binding: { policy }, verdict }: Pick<Vote, 'binding' | 'verdict'>) {
  const { removes = [], patch }: Verdict = verdict;
  const set = declared(policy.writes, patch);
  const removed = policy.writes.includes('prompt_data') ? removes : [];
  return { patch: joined(withoutAnswers(before.patch, removed), set), removes: [...before.removes, ...removed] };
}

/** The plan with these changes. */
export function changedPlan(plan: Plan, changes: PlanChanges): Plan {
  return { ...plan, context: changedContext(plan.context, changes) };
}

export function changedContext(context: Context, { patch, removes }: PlanChanges): Context {
  return joined(withoutAnswers(context, removes), patch);
}

/** A context, or a patch, without these dotted keys of `prompt_data`. */
export function withoutAnswers<C extends Patch>(context: C, keys: readonly string[]): C {
  const { prompt_data: data } = context;
  if (data === undefined || keys.length === 0) return context;
  return { ...context, prompt_data: withoutDottedKeys(data, keys) };
}
