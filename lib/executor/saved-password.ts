import type { Awaitable } from '../base/awaitable.js';
import { message, type FieldErrors } from '../base/message.js';
import { savedPasswordField } from '../base/reserved-names.js';
import type { Secret } from '../base/secret.js';
import type { AskingStage } from '../flow/stage.js';
import type { SavedPasswordPage } from '../ports/sealed-passwords.js';
import { formOf, type Ask, type Run, type StageRun, type Submission } from './run.js';

/** The saved password that a form sends: `lost` where it relies on one that is expired or not of its page. */
type SentPassword =
  { readonly type: 'none' } | { readonly type: 'lost' } | { readonly type: 'saved'; readonly hash: string };

const none: SentPassword = Object.freeze({ type: 'none' });

/** Reads the saved password of a form. A typed one is used instead, and most forms have nothing to wait for. */
export function readSavedPassword(
  { ask, context, revision }: StageRun,
  stage: AskingStage,
  submission: Submission,
): Awaitable<SentPassword> {
  const { newPasswordFields } = stage;
  const sealed = newPasswordFields.length === 0 ? '' : (submission.field(savedPasswordField) ?? '');
  if (sealed === '' || newPasswordFields.some((key) => (submission.field(key) ?? '') !== '')) return none;
  const page = pageOf(ask, submission.step, revision);
  return context.sealedPasswords
    .unseal(sealed, page, ask.facts.now)
    .then((hash): SentPassword => (hash === null ? { type: 'lost' } : { type: 'saved', hash }));
}

/** The errors of a form whose saved password cannot be used. */
export function askPasswordAgain({ newPasswordFields }: AskingStage, errors: FieldErrors): FieldErrors {
  const [first = ''] = newPasswordFields;
  const others = Object.entries(errors).filter(([key]) => !newPasswordFields.includes(key));
  return { ...Object.fromEntries(others), [first]: [message('prompt.password.again')] };
}

/**
 * Hashes an accepted password whose form is asked again. Hashing for a refused form must not become a way to use up the
 * CPU: each is counted like a lookup of a name, per plan and per client, and at the limit nothing is saved.
 */
export async function keepPassword(run: StageRun, password: Secret): Promise<StageRun> {
  const { ask, plan, binding, context } = run;
  const mayNot = plan.account !== undefined || binding.invalidResponseAction !== 'retry' || !ask.facts.act;
  if (mayNot || ask.submission === null) return run;
  const { enrollmentId, facts } = ask;
  const counted = await context.availability?.consume({ address: facts.address, enrollmentId });
  if (counted?.over === true) return run;
  try {
    return { ...run, savedPassword: await context.services.passwords.hash(password) };
  } catch (err) {
    context.log.warn({ err, flow: ask.flow.slug }, 'a password could not be saved; the page asks for it again');
    return run;
  }
}

/** The saved password for the page of `step` that is drawn again; `null`: the page asks for it. Nothing is stored. */
export function sealSavedPassword(
  { ask, context, savedPassword, revision }: Run,
  step: string,
  { stage, errors }: { readonly stage: AskingStage; readonly errors: FieldErrors },
): Awaitable<string | null> {
  if (savedPassword === null || formOf(ask)?.step !== step || stage.newPasswordFields.length === 0) return null;
  if (stage.newPasswordFields.some((field) => (errors[field] ?? []).length > 0)) return null;
  return context.sealedPasswords.seal(savedPassword, pageOf(ask, step, revision), ask.facts.now);
}

function pageOf({ flow, enrollmentId }: Ask, step: string, revision: number): SavedPasswordPage {
  return { enrollmentId, flow: flow.slug, build: flow.build, step, revision };
}
