import type { Awaitable } from '../base/awaitable.js';
import type { Message } from '../base/message.js';
import type { Patch } from '../flow/context.js';
import type { StageContext } from '../flow/facts.js';
import { addStep } from '../flow/machine/change-steps.js';
import { countedBindings, type PolicySet } from '../flow/policy-set.js';
import type { Answers, Policy, PlanAction, Verdict } from '../flow/policy.js';
import { changedPlan, noChanges, withChanges, type PlanChanges } from './plan-changes.js';
import { redirectTo } from './reply.js';
import { effectsOf, type ExecutorContext, type Run } from './run.js';
import { dryRun, vote, type Vote } from './vote.js';

/** The joined result of several policies. */
export interface Judgement {
  readonly pass: boolean;
  /**
   * True when it does not pass and a policy returned no verdict: the outcome is unknown, so nothing may be skipped
   * because of it.
   */
  readonly undecided: boolean;
  /** True when it does not pass because a source's identity is missing. */
  readonly sourceNeeded: boolean;
  /** The policies because of which it does not pass. */
  readonly failed: readonly Policy[];
  /** The passing policies that change the plan once all pass. */
  readonly changing: readonly Policy[];
  /**
   * The messages, in order, each with the policy that returned it. Without those that the result contradicts: of a
   * negated policy that failed, and of a failed one where the others suffice.
   */
  readonly messages: readonly { readonly policy: Policy; readonly message: Message }[];
  readonly patch: Patch;
  /** Dotted keys that leave `prompt_data`. */
  readonly removes: readonly string[];
  readonly actions: readonly PlanAction[];
  readonly reference: string | null;
  readonly retryAfterSeconds: number | null;
}

const passed: Judgement = Object.freeze({
  pass: true,
  undecided: false,
  sourceNeeded: false,
  failed: [],
  changing: [],
  messages: [],
  patch: {},
  removes: [],
  actions: [],
  reference: null,
  retryAfterSeconds: null,
});

/** The answers that a policy sees. */
type AnswersFor = (policy: Policy) => Answers;

const noAnswers: Answers = Object.freeze({});

/**
 * Runs every enabled policy, always all of them, and joins the votes. A binding that has expired fails. An exception, a timeout or a wrong type counts as
 * the binding's `failureResult`; its text stays in the log. An unavailable store is not a vote: its error is rethrown
 * (503).
 */
export function evaluate(
  context: ExecutorContext,
  guard: PolicySet,
  at: StageContext,
  answers: AnswersFor = () => noAnswers,
): Awaitable<Judgement> {
  const counted = countedBindings(guard);
  for (const binding of guard.bindings)
    if (binding.enabled && binding.dryRun) void dryRun(context, binding, at, answers(binding.policy));
  if (counted.length === 0) return passed;
  const votes = Promise.all(counted.map((binding) => vote(context, binding, at, answers(binding.policy))));
  return votes.then((cast) => joinVotes(guard.mode, cast));
}

export function joinVotes(mode: PolicySet['mode'], votes: readonly Vote[]): Judgement {
  const counted = votes.map(({ binding, verdict }) => ({ binding, verdict, pass: verdict.pass !== binding.negate }));
  const pass = mode === 'all' ? counted.every((one) => one.pass) : counted.some((one) => one.pass);
  const passing = counted.filter((one) => one.verdict.pass && one.pass);
  const effective = pass ? passing : [];
  const failing = counted.filter((one) => !one.pass);
  return {
    pass,
    sourceNeeded: !pass && failing.some(({ binding }) => binding.policy.requiresSource),
    undecided: !pass && failing.some(({ verdict }) => verdict.failed === true),
    failed: pass ? [] : failing.map(({ binding }) => binding.policy),
    changing: passing.filter(({ verdict }) => changesPlan(verdict)).map(({ binding }) => binding.policy),
    messages: counted
      .filter((one) => !(pass && !one.pass) && !(one.binding.negate && one.pass))
      .flatMap(({ binding: { policy }, verdict }) => (verdict.messages ?? []).map((one) => ({ policy, message: one }))),
    ...effective.reduce<PlanChanges>(withChanges, noChanges),
    actions: effective.flatMap(({ verdict }) => verdict.actions ?? []),
    reference: failing.map(({ verdict }) => verdict.reference).find((reference) => reference !== undefined) ?? null,
    retryAfterSeconds: pass
      ? null
      : (failing.map(({ verdict }) => verdict.retryAfterSeconds).find((seconds) => seconds !== undefined) ?? null),
  };
}

function changesPlan({ patch = {}, removes = [], actions = [] }: Verdict): boolean {
  return Object.keys(patch).length > 0 || removes.length > 0 || actions.length > 0;
}

/** Applies the actions of passing policies. */
export function applyActions<R extends Run>(run: R, judged: Judgement): R {
  let plan = changedPlan(run.plan, judged);
  for (const action of judged.actions) {
    if ('redirect' in action)
      return { ...run, plan, changed: run.ask.facts.act, reply: redirectTo(action.redirect, effectsOf(run)) };
    plan =
      'insert' in action
        ? addStep(plan, run.ask.flow, action.insert, 'next')
        : addStep(plan, run.ask.flow, action.append, 'last');
  }
  return { ...run, plan };
}
