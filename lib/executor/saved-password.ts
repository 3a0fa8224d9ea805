import { chain, type Awaitable } from '../base/awaitable.js';
import type { FieldErrors } from '../base/message.js';
import { savedPasswordField } from '../base/reserved-names.js';
import type { Secret } from '../base/secret.js';
import { patchContext } from '../flow/machine/advance.js';
import type { Plan } from '../flow/plan.js';
import type { AskingStage } from '../flow/stage.js';
import { formDigest, type Ask, type ExecutorContext, type Run, type StageRun } from './run.js';

/**
 * What a page that says that the password is saved must send back. It proves that the form was drawn in answer to the
 * form in which the password was typed: a visitor who opens the page anew types a password, also in a plan that another
 * person began. `null`: the plan keeps none.
 */
export function savedPasswordMark({ digest }: ExecutorContext, { secretId }: Ask, plan: Plan): string | null {
  const { kept, context, enrollmentId } = plan;
  if (kept === undefined || context.password_hash === undefined) return null;
  return digest(JSON.stringify(['saved password', enrollmentId, kept.form]), secretId);
}

/** True where this form was drawn by a page that said that the password is saved, and it still is. */
export function comesWithSavedPassword(context: ExecutorContext, ask: Ask, plan: Plan): boolean {
  const { submission } = ask;
  if (submission === null || plan.kept?.step !== submission.step) return false;
  const mark = submission.field(savedPasswordField);
  return mark !== undefined && mark === savedPasswordMark(context, ask, plan);
}

/**
 * Saves the hash of an accepted password whose form is asked again. Hashing for a refused form must not become a way to
 * use up the CPU: each is counted like a lookup of a name, per plan and per client, and at the limit nothing is saved.
 */
export async function keepPassword(run: StageRun, password: Secret): Promise<StageRun> {
  const { ask, plan, binding, context } = run;
  const mayNot = plan.account !== undefined || binding.invalidResponseAction !== 'retry' || !ask.facts.act;
  if (mayNot || ask.submission === null) return run;
  const form = formDigest(context, ask);
  // The same form again: its password is saved already.
  if (plan.kept?.form === form && plan.context.password_hash !== undefined) return { ...run, savedPassword: true };
  const { enrollmentId, facts } = ask;
  const counted = await context.availability?.consume({ address: facts.address, enrollmentId });
  if (counted?.over === true || !(await mayStore(run))) return run;
  let hash: string;
  try {
    hash = await context.services.passwords.hash(password);
  } catch (err) {
    context.log.warn({ err, flow: ask.flow.slug }, 'a password could not be saved; the page asks for it again');
    return run;
  }
  const patched = patchContext(plan, { password_hash: hash });
  return {
    ...run,
    plan: withKept(run, patched, binding.key),
    savedPassword: true,
    keepsPassword: true,
    planCounted: true,
  };
}

/**
 * Decides whether the page that is drawn again says that the password is saved. Where a later stage refused what this
 * form had passed with, the password is saved now.
 */
export function offerSavedPassword(run: Run, key: string, stage: AskingStage, errors: FieldErrors): Awaitable<Run> {
  const { plan, ask } = run;
  const isWrong = stage.newPasswordFields.some((field) => (errors[field] ?? []).length > 0);
  const isSaved = run.savedPassword && ask.submission?.step === key && plan.context.password_hash !== undefined;
  if (!isSaved || isWrong || stage.newPasswordFields.length === 0)
    return { ...run, savedPassword: false, keepsPassword: false };
  if (plan.kept?.step === key) return run;
  return chain(mayStore(run), (may): Run =>
    may
      ? { ...run, plan: withKept(run, plan, key), keepsPassword: true, planCounted: true }
      : { ...run, savedPassword: false },
  );
}

/** The plan once the step is passed: its forms are no longer current. */
export function withoutKept(plan: Plan, step: string): Plan {
  return plan.kept?.step === step ? { ...plan, kept: undefined } : plan;
}

function withKept({ context, ask, revision, askedFrom }: Run, plan: Plan, step: string): Plan {
  return { ...plan, kept: { step, from: askedFrom ?? revision, form: formDigest(context, ask) } };
}

/** A plan that is stored for the first time is counted, like every other one. */
async function mayStore({ context, ask, revision, planCounted }: Run): Promise<boolean> {
  if (revision > 0 || planCounted) return true;
  const counted = await context.newPlans?.consume(ask.facts.address);
  return counted?.over !== true;
}
