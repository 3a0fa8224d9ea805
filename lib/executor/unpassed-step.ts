import { chain, type Awaitable } from '../base/awaitable.js';
import { message, type FieldErrors, type Message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import type { StageBinding } from '../flow/flow.js';
import { askerOf, restartPlan, rewindTo } from '../flow/machine/change-steps.js';
import type { RefusedTicket } from '../ports/ticket-gate.js';
import { typedOf } from './posted-fields.js';
import { redirectTo, refusal } from './reply.js';
import type { Run } from './run.js';
import { sealSavedPassword } from './saved-password.js';
import { continueReply, stageReply, type PageDetails } from './stage-page.js';

/**
 * Shows the page again, with its errors. When a silent stage asks, the plan returns to the last stage that asked for
 * one of the fields. When that is the stage just answered, nothing needs storing.
 */
export function askAgain(run: Run, binding: StageBinding, errors: FieldErrors, details: PageDetails): Awaitable<Run> {
  // Too many attempts are always reported: starting again would hide it.
  const restarted = details.status === 429 ? null : restart(run, binding);
  if (restarted !== null) return restarted;
  const { flow, submission, injectedContext } = run.ask;
  // The return to an earlier stage must be stored, and a GET stores nothing.
  if (submission === null && injectedContext === null) return { ...run, reply: continueReply(run, binding) };
  const key = binding.stage.asking ? binding.key : askerOf(run.plan, flow, Object.keys(errors));
  const asker = flow.bindings.find((one) => one.key === key) ?? (key === null ? undefined : flow.insertable.get(key));
  if (key === null || asker === undefined || !asker.stage.asking) {
    return refuse(run, binding, Object.values(errors).flat(), details.reference ?? null);
  }
  // The page itself shows what has to be answered again.
  if (submission === null)
    return { ...run, plan: rewindTo(run.plan, flow, key), reply: redirectTo(flowTarget(flow.slug)) };
  const justAnswered = submission.step === key;
  const { stage } = asker;
  const plan = binding.stage.asking ? run.plan : rewindTo(run.plan, flow, key);
  const changed = !justAnswered && !binding.stage.asking;
  const shown: Run = { ...run, plan, changed, revision: changed ? run.revision + 1 : run.revision };
  const typed = justAnswered ? typedOf(stage, submission) : {};
  const page = chain(sealSavedPassword(run, key, { stage, errors }), (savedPassword) =>
    stageReply(shown, asker, stage, { errors, typed, savedPassword, ...details }),
  );
  return chain(page, (reply): Run => ({ ...shown, revision: run.revision, reply }));
}

/** Ends the plan. Where a GET would have to end it, a page with a button is shown instead. */
export function refuse(
  run: Run,
  binding: StageBinding,
  messages: readonly Message[],
  reference: string | null,
  ticket: RefusedTicket | null = null,
): Run {
  const { submission, injectedContext, flow } = run.ask;
  if (submission === null && injectedContext === null && run.revision > 0)
    return { ...run, reply: continueReply(run, binding) };
  const reply = refusal(403, messages, { flow, reference, ticket });
  return { ...run, answered: run.answered || isAnswered(run, binding), changed: false, reply };
}

export function isAnswered(run: Run, binding: StageBinding): boolean {
  return run.ask.submission?.step === binding.key;
}

/**
 * `invalidResponseAction`: starts again, at most five times; `null` when the binding wants a retry or the attempts are
 * used up.
 */
export function restart(run: Run, binding: StageBinding): Run | null {
  if (binding.invalidResponseAction === 'retry' || !run.ask.facts.act) return null;
  // The account is written: the steps before it must not run again.
  if (run.plan.account !== undefined) return null;
  const plan = restartPlan(run.plan, run.ask.flow, binding.invalidResponseAction === 'restart_with_context');
  if (plan === null) return null;
  return {
    ...run,
    plan,
    changed: true,
    reply: redirectTo(flowTarget(run.ask.flow.slug), { notice: message('notice.restarted') }),
  };
}

/** A submission for another step than the current one does nothing. */
export function movedOn<R extends Run>(run: R): R {
  return {
    ...run,
    changed: false,
    reply: redirectTo(flowTarget(run.ask.flow.slug), { notice: message('notice.moved_on') }),
  };
}
