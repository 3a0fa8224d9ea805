import type { Awaitable } from '../../base/awaitable.js';
import { message, type FieldErrors, type Message } from '../../base/message.js';
import { isSecret, type Secret } from '../../base/secret.js';
import type { Answers, Policy } from '../../flow/policy.js';
import type { AskingStage, StageOutcome } from '../../flow/stage.js';
import { answersWith, asChanged, blanksIn, refusedFor, unfitIn, withoutTaken } from '../changed-answers.js';
import { changedPlan, noChanges } from '../plan-changes.js';
import { applyActions, type Judgement } from '../policy-engine.js';
import { stageContextOf, type StageRun } from '../run.js';
import { askPasswordAgain, keepPassword } from '../saved-password.js';
import { ifStillSignedIn } from '../still-signed-in.js';
import { actingContextOf } from '../unproved-step.js';
import { validateAnswers } from '../validate-answers.js';
import { namesPasswordsOnly, namesPasswordsToo, watchAnswers } from '../watched-answers.js';

type Invalid = Extract<StageOutcome, { readonly type: 'invalid' }>;

/**
 * Asks the stage's validation policies about its answers; when all pass, the stage responds. Where the form is asked
 * again, an accepted password is saved.
 */
export function checkAnswers(run: StageRun): Awaitable<StageRun> {
  const { answers, outcome, binding } = run;
  if (answers === null || !binding.stage.asking) return run;
  if (outcome?.type === 'invalid') return withAccepted(run, binding.stage, answers, outcome);
  return responded(run, binding.stage, answers);
}

async function responded(run: StageRun, stage: AskingStage, answers: Answers): Promise<StageRun> {
  const { binding } = run;
  const typed = typedPassword(stage, answers);
  const saved = typed === null ? run.savedPassword : null;
  // A saved password was judged by itself when it was typed.
  const policies =
    saved === null ? stage.validation : stage.validation.filter((policy) => !namesPasswordsOnly(stage, policy));
  const { answersFor, combining } = watchAnswers(stage, answers, { areAll: saved === null });
  const judged = await validateAnswers(run.context, {
    stage,
    policies,
    at: stageContextOf(run, binding.key),
    answersFor: (policy, before) => answersFor(policy, answersWith(stage, before, answers)),
    blanksAfter: (before) => blanksIn(stage, before, answers),
    unfitAfter: (before) => unfitIn(stage, before, answers),
  });
  if (saved !== null && combining.size > 0)
    return { ...run, savedPassword: null, outcome: typeAgain(stage, judged, combining) };
  if (!judged.pass) {
    const refused: StageRun = { ...run, savedPassword: saved, outcome: invalid(stage, judged) };
    // Not all policies were asked: the password may be one that they refuse.
    if (judged.unfit.length > 0) return refused;
    // Once a password is saved, the policies about it are not asked again: they must have nothing left to do.
    const isUnsettled = [...judged.failed, ...judged.changing].some((policy) => namesPasswordsOnly(stage, policy));
    if (typed === null || isUnsettled || isCombined(stage, combining) || judged.retryAfterSeconds !== null)
      return refused;
    return keepPassword(refused, typed);
  }
  if (judged.unfit.length > 0) return { ...run, savedPassword: saved, outcome: unread(refusedFor(run, judged.unfit)) };
  const informed: StageRun = {
    ...run,
    savedPassword: saved,
    plan: changedPlan(run.plan, judged),
    messages: [...run.messages, ...judged.messages.map((one) => one.message)],
  };
  const settled = await asChanged(informed, stage, { answers, changes: judged });
  if (!settled.ok) return { ...run, savedPassword: saved, outcome: unread(settled) };
  return ifStillSignedIn(informed, async () => {
    const responded = await stage.respond(settled.value, actingContextOf(informed, binding.key));
    const outcome = withoutTaken(stage, judged, responded);
    return {
      ...applyActions(informed, { ...judged, ...noChanges }),
      takenFiles: stage.fileFields
        .map(({ key }) => key)
        .filter((key) => answers[key] !== undefined && settled.value[key] === undefined),
      savedPassword: saved ?? (typed === null || isCombined(stage, combining) ? null : hashIn(outcome)),
      outcome: saved === null ? outcome : withHash(outcome, saved),
    };
  });
}

function unread(refused: Extract<Awaited<ReturnType<typeof asChanged>>, { readonly ok: false }>): Invalid {
  const { errors } = refused;
  return { type: 'invalid', errors, ...('reference' in refused ? { reference: refused.reference } : {}) };
}

/** The hash of a typed password, for the page of a form that a later stage refuses. */
function hashIn(outcome: StageOutcome): string | null {
  return outcome.type === 'completed' ? (outcome.patch?.password_hash ?? null) : null;
}

function withHash(outcome: StageOutcome, hash: string): StageOutcome {
  return outcome.type === 'completed' ? { ...outcome, patch: { ...outcome.patch, password_hash: hash } } : outcome;
}

/** Some answers could not be read. Only the policies about passwords alone can be asked. */
async function withAccepted(run: StageRun, stage: AskingStage, answers: Answers, outcome: Invalid): Promise<StageRun> {
  const password = typedPassword(stage, answers);
  if (password === null) return run;
  if (isCombined(stage, new Set())) return run;
  const { answersFor, combining } = watchAnswers(stage, answers, { areAll: false });
  const policies = stage.validation.filter((policy) => namesPasswordsOnly(stage, policy));
  const at = stageContextOf(run, run.binding.key);
  const judged = await validateAnswers(run.context, {
    stage,
    policies,
    at,
    answersFor: (policy) => answersFor(policy),
    blanksAfter: () => ({}),
    unfitAfter: () => [],
  });
  if (combining.size > 0) return run;
  if (!judged.pass)
    return { ...run, outcome: { ...outcome, errors: { ...outcome.errors, ...errorsOf(stage, judged) } } };
  return judged.changing.length > 0 ? run : keepPassword(run, password);
}

function typedPassword(stage: AskingStage, answers: Answers): Secret | null {
  return stage.newPasswordFields.map((key) => answers[key]).find(isSecret) ?? null;
}

/** True where a policy needs the password together with other answers. */
function isCombined(stage: AskingStage, combining: ReadonlySet<Policy>): boolean {
  return combining.size > 0 || stage.validation.some((policy) => namesPasswordsToo(stage, policy));
}

function invalid(stage: AskingStage, judged: Judgement): Invalid {
  const { reference, retryAfterSeconds } = judged;
  return {
    type: 'invalid',
    errors: errorsOf(stage, judged),
    ...(reference === null ? {} : { reference }),
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  };
}

/** A policy looked for the password, of which there is only a hash: what it said does not count. */
function typeAgain(stage: AskingStage, judged: Judgement, combining: ReadonlySet<Policy>): Invalid {
  const messages = judged.messages.filter(({ policy }) => judged.failed.includes(policy) && !combining.has(policy));
  const errors = messages.length === 0 ? {} : errorsOf(stage, { ...judged, messages });
  return { type: 'invalid', errors: askPasswordAgain(stage, errors) };
}

/** A failing policy's messages stand beside the first field it reads. A policy without a message gets a default one. */
function errorsOf(stage: AskingStage, judged: Judgement): FieldErrors {
  const errors: Record<string, Message[]> = {};
  for (const { policy, message: sentence } of judged.messages) {
    const field = policy.fields.find((name) => stage.fields.includes(name)) ?? '';
    errors[field] = [...(errors[field] ?? []), sentence];
  }
  return Object.keys(errors).length === 0 ? { '': [message('policy.denied')] } : errors;
}
