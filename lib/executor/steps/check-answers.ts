import { message, type FieldErrors, type Message } from '../../base/message.js';
import type { StageBinding } from '../../flow/flow.js';
import { patchContext } from '../../flow/machine/advance.js';
import type { Answers } from '../../flow/policy.js';
import type { AskingStage, Outcome } from '../../flow/stage.js';
import { validate, type Judgement } from '../policy-engine.js';
import { stageContextOf, type Run } from '../run.js';
import { applyActions } from './advance.js';

type Checked =
  | { readonly is: 'outcome'; readonly run: Run; readonly outcome: Outcome }
  | { readonly is: 'rejected'; readonly errors: FieldErrors; readonly judged: Judgement };

/** Asks the stage's validation policies; when all pass, lets the stage respond. */
export async function checkAnswers(
  run: Run,
  binding: StageBinding,
  stage: AskingStage,
  answers: Answers,
): Promise<Checked> {
  const judged = await validate(run.context, stage.validation, stageContextOf(run, binding.key), answers);
  if (!judged.pass) return { is: 'rejected', errors: errorsOf(stage, judged), judged };
  const informed: Run = {
    ...run,
    plan: patchContext(run.plan, judged.patch),
    messages: [...run.messages, ...judged.messages.map((one) => one.message)],
  };
  const outcome = await stage.respond(answers, stageContextOf(informed, binding.key));
  return { is: 'outcome', run: applyActions(informed, { ...judged, patch: {} }), outcome };
}

/** A failing policy's messages stand beside the first field it reads; one without a message still says something. */
function errorsOf(stage: AskingStage, judged: Judgement): FieldErrors {
  const errors: Record<string, Message[]> = {};
  for (const { policy, message: sentence } of judged.messages) {
    const field = policy.fields.find((name) => stage.fields.includes(name)) ?? '';
    errors[field] = [...(errors[field] ?? []), sentence];
  }
  return Object.keys(errors).length === 0 ? { '': [message('policy.denied')] } : errors;
}
