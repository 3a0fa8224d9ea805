import type { Awaitable } from '../../base/awaitable.js';
import { message, type FieldErrors, type Message } from '../../base/message.js';
import { patchContext } from '../../flow/machine/advance.js';
import type { Answers } from '../../flow/policy.js';
import type { AskingStage } from '../../flow/stage.js';
import { applyActions, validate, type Judgement } from '../policy-engine.js';
import { stageContextOf, type StageRun } from '../run.js';

/** Asks the stage's validation policies about its answers; when all pass, the stage responds. */
export function checkAnswers(run: StageRun): Awaitable<StageRun> {
  const { answers, binding } = run;
  return answers === null || !binding.stage.asking ? run : responded(run, binding.stage, answers);
}

async function responded(run: StageRun, stage: AskingStage, answers: Answers): Promise<StageRun> {
  const { binding } = run;
  const judged = await validate(run.context, stage.validation, stageContextOf(run, binding.key), answers);
  if (!judged.pass) {
    const { reference, retryAfterSeconds } = judged;
    return {
      ...run,
      outcome: {
        type: 'invalid',
        errors: errorsOf(stage, judged),
        ...(reference === null ? {} : { reference }),
        ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
      },
    };
  }
  const informed: StageRun = {
    ...run,
    plan: patchContext(run.plan, judged.patch),
    messages: [...run.messages, ...judged.messages.map((one) => one.message)],
  };
  const outcome = await stage.respond(answers, stageContextOf(informed, binding.key));
  return { ...applyActions(informed, { ...judged, patch: {} }), outcome };
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
