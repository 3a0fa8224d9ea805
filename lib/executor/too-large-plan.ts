import { type Awaitable } from '../base/awaitable.js';
import { EnrollmentError, isEnrollmentError } from '../base/error.js';
import { message } from '../base/message.js';
import { bindingOf } from '../flow/machine/advance.js';
import { storedBytes } from '../flow/machine/codec.js';
import { planLimits, type Plan } from '../flow/plan.js';
import { changedPlan } from './plan-changes.js';
import type { Run, StageRun } from './run.js';
import { askAgain, isAnswered } from './unpassed-step.js';

/** A save adds the evidence of its request, its form and its time, and silent stages add ids. */
const reservedBytes = 512;

/** A step that was passed, and the plan before and after it. */
export interface PassedStep {
  /** The run at that stage, once its answers were checked. */
  readonly at: StageRun;
  readonly before: Plan;
  readonly after: Plan;
}

/** The step that this request's form has answered, if it was passed. */
export function answeredStep(step: PassedStep): PassedStep | null {
  const { binding } = step.at;
  return binding.stage.asking && isAnswered(step.at, binding) ? step : null;
}

/**
 * The answers of a plan have 16 kB together. Where a step ahead may need another request, the plan has to be stored: a
 * form with more is asked for again before any later stage acts. `null`: the plan fits.
 * @throws ERR_ENROLLMENT_PLAN_TOO_LARGE the stage, or one of its policies, stored too much
 */
export function askForLess(step: PassedStep): Awaitable<Run> | null {
  const { at, after } = step;
  if (!at.ask.facts.act || !mayStop(at, after)) return null;
  const answered = answeredStep(step);
  if (answered !== null) return isTooLarge(after, reservedBytes) ? shortenAnswers(answered) : null;
  if (isTooLarge(after)) throw storedTooMuch(step);
  return null;
}

/**
 * The same where a plan that seemed to end in this request could not be saved: its form is asked for again, unless an
 * account was written. `null`: the error stands.
 */
export function askForLessAfter(error: unknown, run: Run, answered: PassedStep | null): Awaitable<Run> | null {
  if (!isEnrollmentError(error) || error.code !== 'ERR_ENROLLMENT_PLAN_TOO_LARGE') return null;
  if (answered === null || !isTooLarge(answered.after, reservedBytes)) return null;
  return run.plan.account === answered.before.account ? shortenAnswers(answered) : null;
}

/** Where the answers alone would fit, a policy of the form stored too much: the visitor can do nothing about it. */
function shortenAnswers(step: PassedStep): Awaitable<Run> {
  const { at, before } = step;
  const answers = at.outcome?.type === 'completed' ? (at.outcome.patch ?? {}) : {};
  if (!isTooLarge(changedPlan(before, { patch: answers, removes: [] }), reservedBytes)) throw storedTooMuch(step);
  const errors = { '': [message('prompt.answers.too_long')] };
  return askAgain({ ...at, plan: before }, at.binding, errors, { status: 422 });
}

function storedTooMuch({ at, after }: PassedStep): EnrollmentError {
  const { key, stage } = at.binding;
  const bytes = String(storedBytes(after));
  return new EnrollmentError(
    'ERR_ENROLLMENT_PLAN_TOO_LARGE',
    `the step '${key}' (${stage.kind}) or one of its policies stored too much: a plan of flow '${after.flow}' has ${bytes} bytes; ${String(planLimits.bytes)} are allowed`,
  );
}

function isTooLarge(plan: Plan, reserved = 0): boolean {
  return storedBytes(plan) > planLimits.bytes - reserved;
}

/** True where a step ahead may need another request. */
function mayStop({ ask }: Run, { steps, at }: Plan): boolean {
  return steps.slice(at).some(({ key, state }) => {
    const stage = bindingOf(ask.flow, key)?.stage;
    return state === 'ahead' && stage !== undefined && (stage.asking || stage.requiresConfirmation);
  });
}
