import { getPath, mergeDeep, setPath, type Json, type JsonObject } from '../../base/json.js';
import type { Context } from '../../flow/context.js';
import type { Flow, StageBinding } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import type { CompletionReceipt, Plan, PlanToken, Step } from '../../flow/plan.js';
import { countedBindings } from '../../flow/policy-set.js';

/**
 * A running plan in authentik's form: one entry for each stage that was passed, as it was when that stage was done, and
 * the present one. The plan keeps no earlier contexts, so an entry has the keys that were there by then, with the values
 * that they have now.
 */
export function inspectedPlan(flow: Flow, plan: Plan): JsonObject {
  const { steps, enrollmentId } = plan;
  const done = steps.flatMap(({ state }, index) => (state === 'passed' ? [index] : []));
  const at = steps.findIndex(({ state }, index) => index >= plan.at && state === 'ahead');
  const shownAt = (index: number, context: Context): JsonObject => ({
    current_stage: shownStage(flow, steps[index]),
    next_planned_stage: shownStage(flow, index === -1 ? undefined : stepAfter(steps, index)),
    plan_context: shownContext(context),
    session_id: enrollmentId,
  });
  return {
    plans: done.map((index) => shownAt(index, contextBy(flow, plan, steps.slice(0, index + 1)))),
    current_plan: shownAt(at, plan.context),
    is_completed: false,
  };
}

/** Of a finished plan, what its receipt says: the stage that was answered last. As in authentik, it is the present one too. */
export function inspectedReceipt(
  flow: Flow,
  { step }: CompletionReceipt,
  { enrollmentId }: Pick<PlanToken, 'enrollmentId'>,
): JsonObject {
  const last = {
    current_stage: shownStage(flow, { key: step }),
    next_planned_stage: null,
    plan_context: {},
    session_id: enrollmentId,
  };
  return { plans: [last], current_plan: last, is_completed: true };
}

/** Stages that policies left out are not planned. */
function stepAfter(steps: readonly Step[], index: number): Step | undefined {
  return steps.slice(index + 1).find(({ state }) => state !== 'skipped');
}

function shownStage(flow: Flow, step: Pick<Step, 'key'> | undefined): JsonObject | null {
  if (step === undefined) return null;
  const stage = bindingOf(flow, step.key)?.stage;
  return {
    pk: step.key,
    name: stage?.name ?? step.key,
    kind: stage?.kind ?? '',
    component: stage?.asking === true ? stage.component : null,
  };
}

/** What the plan began with, and of its present context what the passed ones of these steps write and ask. */
function contextBy(flow: Flow, { origin, context }: Plan, steps: readonly Step[]): Context {
  const passed = steps.flatMap(({ key, state }) => (state === 'passed' ? (bindingOf(flow, key) ?? []) : []));
  const written = new Set<string>([...Object.keys(origin), ...passed.flatMap(keysOf)]);
  const kept: Context = Object.fromEntries(Object.entries(context).filter(([key]) => written.has(key)));
  if (kept.prompt_data === undefined) return kept;
  const fields = passed.flatMap(({ stage }) => (stage.asking ? [...stage.fields, ...stage.serverFields] : []));
  return { ...kept, prompt_data: answersTo(fields, kept.prompt_data, origin.prompt_data ?? {}) };
}

/** The keys that a step may have written: its stage, and its policies. */
function keysOf({ stage, guard }: StageBinding): readonly string[] {
  // Every form may ask for a password.
  const isWithoutPassword = stage.asking && stage.newPasswordFields.length === 0;
  const written = isWithoutPassword ? stage.writes.filter((key) => key !== 'password_hash') : stage.writes;
  const policies = [...countedBindings(guard).map(({ policy }) => policy), ...(stage.asking ? stage.validation : [])];
  return [...written, ...policies.flatMap(({ writes }) => writes)];
}

function answersTo(fields: readonly string[], answers: JsonObject, before: JsonObject): JsonObject {
  return fields.reduce((under, field) => {
    const value = getPath(answers, field);
    return value === undefined ? under : mergeDeep(under, setPath(field, value));
  }, before);
}

/** Answers of visitors, and facts about the way; never digests, hashes, identities or ids of accounts. */
const shownKeys = [
  'prompt_data',
  'pending_user_identifier',
  'selected_challenge',
  'auth_method',
  'remember_me',
  'is_sso',
  'source',
  'is_redirected',
  'is_restored',
  'captcha',
] as const satisfies readonly (keyof Context)[];

const hidden = '**********';

function shownContext(context: Context): JsonObject {
  return Object.fromEntries(
    Object.keys(context).map((key): [string, Json] => {
      const shown = shownKeys.find((one) => one === key);
      return [key, (shown === undefined ? undefined : context[shown]) ?? hidden];
    }),
  );
}
