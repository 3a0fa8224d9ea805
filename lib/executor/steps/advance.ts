import { message, type FieldErrors, type Message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import type { StageBinding } from '../../flow/flow.js';
import { leaveStep, patchContext } from '../../flow/machine/advance.js';
import { addStep, askerOf, restartPlan, rewindTo } from '../../flow/machine/turn.js';
import type { Effect, Outcome } from '../../flow/stage.js';
import { declared, type Judgement } from '../policy-engine.js';
import { enrolled, go, refusal, type StageReply } from '../reply.js';
import { effectsOf, type Run } from '../run.js';
import { maySignIn } from '../sign-in-evidence.js';
import { afterEarlierWrite } from '../written-before.js';
import { continuePage, stagePage, typedOf } from './run-stage.js';

/** The new plan that an outcome makes of the old one; pure but for drawing a page that asks again. */
export async function advance(run: Run, binding: StageBinding, outcome: Outcome): Promise<Run> {
  switch (outcome.is) {
    case 'passed': {
      const patched = patchContext(run.plan, declared(binding.stage.writes, outcome.patch), outcome.remove);
      const evidence = outcome.evidence ?? run.evidence;
      const written = outcome.evidence?.type === 'account_written' ? { account: outcome.evidence.user } : {};
      const passed: Run = {
        ...run,
        plan: { ...leaveStep(patched, 'passed'), ...written },
        answered: run.answered || isAnswered(run, binding),
        changed: true,
        evidence,
      };
      return afterEffect(passed, outcome.effect);
    }
    case 'written_before':
      return afterEarlierWrite(run, outcome);
    case 'leave':
      return { ...run, changed: true, reply: go(outcome.to, effectsOf(run)) };
    case 'again':
      return outcome.retryAfterSeconds === undefined
        ? askAgain(run, binding, outcome.errors, { status: 422 })
        : askAgain(run, binding, outcome.errors, { status: 429, retryAfterSeconds: outcome.retryAfterSeconds });
    case 'refused':
      // The place of the account that an earlier request made is taken, by that account.
      if (run.enrollments > 0) return { ...run, changed: false, reply: enrolled() };
      return restart(run, binding) ?? refuse(run, binding, [outcome.message], outcome.reference ?? null);
  }
}

/** The last effect counts: a sign-in makes a new session, which ends the one before. */
function afterEffect(run: Run, effect: Effect | undefined): Run {
  if (effect === undefined) return run;
  if (!('signIn' in effect)) return { ...run, signIn: null, signOut: true };
  const { evidence } = run;
  if (evidence !== null && maySignIn(effect.signIn, evidence))
    return { ...run, signIn: { ...effect, evidence }, signOut: false };
  const { flow } = run.ask;
  run.context.log.error(
    { flow: flow.slug, user: effect.signIn },
    'a stage asked to sign in without evidence of who is asking',
  );
  return { ...run, changed: false, reply: enrolled() };
}

/**
 * The page again, with its errors. When a silent stage asks, the plan goes back to the last stage that asked for one
 * of the fields; when that is the stage just answered, nothing needs storing.
 */
export async function askAgain(
  run: Run,
  binding: StageBinding,
  errors: FieldErrors,
  details: Pick<StageReply, 'status'> & Partial<StageReply>,
): Promise<Run> {
  // Too many attempts are told: starting again would hide it.
  const restarted = details.status === 429 ? null : restart(run, binding);
  if (restarted !== null) return restarted;
  const { flow, submission, brought } = run.ask;
  // The way back has to be stored, and a GET stores nothing.
  if (submission === null && brought === null) return { ...run, reply: continuePage(run, binding) };
  const key = binding.stage.asking ? binding.key : askerOf(run.plan, flow, Object.keys(errors));
  const asker = flow.bindings.find((one) => one.key === key) ?? (key === null ? undefined : flow.insertable.get(key));
  if (key === null || asker === undefined || !asker.stage.asking) {
    return refuse(run, binding, Object.values(errors).flat(), details.reference ?? null);
  }
  // Its page tells by itself what has to be answered anew.
  if (submission === null) return { ...run, plan: rewindTo(run.plan, flow, key), reply: go(flowTarget(flow.slug)) };
  const justAnswered = submission.step === key;
  const plan = binding.stage.asking ? run.plan : rewindTo(run.plan, flow, key);
  const changed = !justAnswered && !binding.stage.asking;
  const shown: Run = { ...run, plan, changed, revision: changed ? run.revision + 1 : run.revision };
  const reply = await stagePage(shown, asker, asker.stage, {
    errors,
    typed: justAnswered ? typedOf(asker.stage, submission) : {},
    ...details,
  });
  return { ...shown, revision: run.revision, reply };
}

/** Ends the plan. Where there is one to end and a GET must not, the person is asked to go on to it. */
function refuse(run: Run, binding: StageBinding, messages: readonly Message[], reference: string | null): Run {
  const { submission, brought, flow } = run.ask;
  if (submission === null && brought === null && run.revision > 0) return { ...run, reply: continuePage(run, binding) };
  const reply = refusal(403, messages, { flow, reference });
  return { ...run, answered: run.answered || isAnswered(run, binding), changed: false, reply };
}

function isAnswered(run: Run, binding: StageBinding): boolean {
  return run.ask.submission?.step === binding.key;
}

/** `invalidResponseAction`: start again, five times at most; `null` when the binding wants a retry or the attempts are used up. */
function restart(run: Run, binding: StageBinding): Run | null {
  if (binding.invalidResponseAction === 'retry' || !run.ask.facts.act) return null;
  // The account is written: the way to it is not gone again.
  if (run.plan.account !== undefined) return null;
  const plan = restartPlan(run.plan, run.ask.flow, binding.invalidResponseAction === 'restart_with_context');
  if (plan === null) return null;
  return {
    ...run,
    plan,
    changed: true,
    reply: go(flowTarget(run.ask.flow.slug), { notice: message('notice.restarted') }),
  };
}

/** Carries out what passing policies asked for. */
export function applyActions(run: Run, judged: Judgement): Run {
  let plan = patchContext(run.plan, judged.patch);
  for (const action of judged.actions) {
    if ('redirect' in action)
      return { ...run, plan, changed: run.ask.facts.act, reply: go(action.redirect, effectsOf(run)) };
    plan =
      'insert' in action
        ? addStep(plan, run.ask.flow, action.insert, 'next')
        : addStep(plan, run.ask.flow, action.append, 'last');
  }
  return { ...run, plan };
}
