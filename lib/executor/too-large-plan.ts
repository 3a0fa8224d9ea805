import { type Awaitable } from '../base/awaitable.js';
import { EnrollmentError, isEnrollmentError } from '../base/error.js';
import { message } from '../base/message.js';
import type { Patch } from '../flow/context.js';
import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import { storedBytes } from '../flow/machine/codec.js';
import { planLimits, type Plan } from '../flow/plan.js';
import { changedPlan } from './plan-changes.js';
import type { Run, StageRun } from './run.js';
import { askAgain, isAnswered } from './unpassed-step.js';

/** Saves add evidence, forms and times, mail stages their code, and silent stages ids. */
const ownBytes = 1024;

/** What the answers of each later page may add. */
const pageBytes = 256;

/** All pages of a flow together. */
const mostPageBytes = 4096;

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
 * The answers of a plan have 16 kB together, less what later steps need. Where a step ahead may need another request, the
 * plan has to be stored: a form with more is asked for again before any later stage acts. `null`: the plan fits.
 * @throws ERR_ENROLLMENT_PLAN_TOO_LARGE the stage, or one of its policies, stored too much
 */
export function askForLess(step: PassedStep): Awaitable<Run> | null {
  const { at, after } = step;
  if (!at.ask.facts.act || !mayStop(at, after)) return null;
  const answered = answeredStep(step);
  if (answered !== null && !isShort(answered)) return isOverReserve(answered) ? shortenAnswers(answered) : null;
  // What earlier pages have reserved is for this one.
  if (isTooLarge(after)) throw storedTooMuch(step);
  return null;
}

/**
 * The same where a plan that seemed to end in this request could not be saved: its form is asked for again, unless an
 * account was written. `null`: the error stands.
 */
export function askForLessAfter(error: unknown, run: Run, answered: PassedStep | null): Awaitable<Run> | null {
  if (!isEnrollmentError(error) || error.code !== 'ERR_ENROLLMENT_PLAN_TOO_LARGE') return null;
  if (answered === null || isShort(answered) || !isOverReserve(answered)) return null;
  return run.plan.account === answered.before.account ? shortenAnswers(answered) : null;
}

/** Where the answers alone would fit, a policy of the form stored too much: the visitor can do nothing about it. */
function shortenAnswers(step: PassedStep): Awaitable<Run> {
  const { at, before } = step;
  const after = changedPlan(before, { patch: patchOf(step), removes: [] });
  if (!isOverReserve({ ...step, after })) throw storedTooMuch(step);
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

/**
 * True where a step leaves later ones less than they need. The reserve is taken where answers are long, and later pages
 * with short ones use it: a page without a long answer could not be answered otherwise.
 */
function isOverReserve({ at, after }: PassedStep): boolean {
  const { flow } = at.ask;
  const pages = after.steps.filter(
    (step, index) => index >= after.at && bindingOf(flow, step.key)?.stage.asking === true,
  );
  return isTooLarge(after, ownBytes + pages.length * shareOf(flow));
}

/** True for answers of no more bytes than were reserved for each page. */
function isShort(step: PassedStep): boolean {
  const { prompt_data: answers = {} } = patchOf(step);
  return Buffer.byteLength(JSON.stringify(answers)) <= shareOf(step.at.ask.flow);
}

function shareOf({ bindings }: Flow): number {
  const pages = bindings.filter(({ stage }) => stage.asking).length;
  return Math.min(pageBytes, Math.floor(mostPageBytes / Math.max(pages, 1)));
}

function patchOf({ at: { outcome } }: PassedStep): Patch {
  return outcome?.type === 'completed' ? (outcome.patch ?? {}) : {};
}

/** True where a step ahead may need another request. */
function mayStop({ ask }: Run, { steps, at }: Plan): boolean {
  return steps.slice(at).some(({ key, state }) => {
    const stage = bindingOf(ask.flow, key)?.stage;
    return state === 'ahead' && stage !== undefined && (stage.asking || stage.requiresConfirmation);
  });
}
