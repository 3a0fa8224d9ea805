import { freezeDeep } from '../base/json.js';
import type { StageContext } from '../flow/facts.js';
import type { PolicyBinding } from '../flow/policy-set.js';
import type { Answers, Blanks, Policy } from '../flow/policy.js';
import type { AskingStage } from '../flow/stage.js';
import { changedContext, noChanges, withChanges, withoutAnswers, type PlanChanges } from './plan-changes.js';
import { joinVotes, type Judgement } from './policy-engine.js';
import type { ExecutorContext } from './run.js';
import { vote, type Vote } from './vote.js';

interface Validation {
  readonly stage: AskingStage;
  /** Those of the stage that are asked. */
  readonly policies: readonly Policy[];
  readonly at: StageContext;
  /** The answers that a policy sees, as the policies before it have changed them. */
  readonly answersFor: (policy: Policy, before: PlanChanges) => Answers;
  /** The fields that were left blank, and that the policies before it have not filled. */
  readonly blanksAfter: (before: PlanChanges) => Blanks;
  /** The fields that cannot have the value that the policies before have left there: no other policy is asked. */
  readonly unfitAfter: (before: PlanChanges) => readonly string[];
}

interface Validated extends Judgement {
  /** See `unfitAfter`. Where there are any, `pass` is that of the policies that were asked. */
  readonly unfit: readonly string[];
}

/**
 * A stage's validation policies: all must pass. Each sees what those before it have changed, so one that may change
 * answers is waited for; the others are asked at the same time. Nothing is kept of an answer that one of them consumes, or
 * under the key of a secret field.
 */
export async function validateAnswers(
  context: ExecutorContext,
  { stage, policies, at, answersFor, blanksAfter, unfitAfter }: Validation,
): Promise<Validated> {
  const consumed = stage.validation.flatMap((policy) => policy.consumes);
  const votes: Vote[] = [];
  let before: PlanChanges = noChanges;
  let unfit: readonly string[] = [];
  for (const group of groupsOf(policies)) {
    const seen = before === noChanges ? at : { ...at, context: freezeDeep(changedContext(at.context, before)) };
    const form = { blanks: blanksAfter(before), consumed };
    const cast = await Promise.all(
      group.map((binding) => vote(context, binding, seen, answersFor(binding.policy, before), form)),
    );
    votes.push(...cast);
    before = cast.filter(({ verdict }) => verdict.pass).reduce(withChanges, before);
    unfit = unfitAfter(before);
    if (unfit.length > 0) break;
  }
  const judged = joinVotes('all', votes);
  return { ...judged, unfit, patch: withoutAnswers(judged.patch, [...consumed, ...stage.secretFields]) };
}

/** Each group ends with a policy that may change answers. */
function groupsOf(policies: readonly Policy[]): readonly (readonly PolicyBinding[])[] {
  const groups: PolicyBinding[][] = [[]];
  for (const [order, policy] of policies.entries()) {
    groups.at(-1)?.push(bindingOf(policy, order));
    if (policy.writes.includes('prompt_data')) groups.push([]);
  }
  return groups;
}

function bindingOf(policy: Policy, order: number): PolicyBinding {
  return {
    policy,
    order,
    negate: false,
    enabled: true,
    timeoutSeconds: 30,
    failureResult: false,
    expires: null,
    dryRun: false,
  };
}
