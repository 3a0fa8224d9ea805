import { chain, type Awaitable } from '../../base/awaitable.js';
import { flowTarget } from '../../base/target.js';
import type { AskingStage } from '../../flow/stage.js';
import { inputOf, listsOf, effectsOf, stageContextOf, type StageRun, type Submission } from '../run.js';
import { askPasswordAgain, readSavedPassword } from '../saved-password.js';
import { movedOn, continueReply, stageReply } from '../stage-page.js';
import { redirectTo, type StageReply } from '../reply.js';

/** Runs the stage at the cursor. The result is an outcome, answers that policies check first, or a page. */
export function runStage(run: StageRun): Awaitable<StageRun> {
  const { binding } = run;
  const { stage } = binding;
  const { submission, facts } = run.ask;
  const at = stageContextOf(run, binding.key);
  const answering = submission !== null && !run.answered && submission.step === binding.key;
  if (!stage.asking) {
    const pressed = facts.act && (!stage.requiresConfirmation || submission?.step === binding.key);
    if (stage.hasSideEffects && !pressed) return pageOf(run, () => continueReply(run, binding));
    return chain(stage.run(at), (outcome): StageRun => ({ ...run, outcome }));
  }
  if (answering) return readForm(run, stage, submission);
  // An answer is accepted even from a satisfied stage, because a later stage asked again.
  return chain(stage.satisfied(at), (satisfied): Awaitable<StageRun> => {
    if (satisfied) return { ...run, outcome: { type: 'completed' } };
    if (submission !== null && !run.answered) return movedOn(run);
    return pageOf(run, () => stageReply(run, binding, stage, { status: 200 }));
  });
}

function readForm(run: StageRun, stage: AskingStage, submission: Submission): Awaitable<StageRun> {
  return chain(readSavedPassword(run, stage, submission), (sent): Awaitable<StageRun> => {
    const reading: StageRun = sent.type === 'saved' ? { ...run, savedPassword: sent.hash } : run;
    const at = stageContextOf(reading, run.binding.key);
    return chain(stage.read(inputOf(stage, submission), at, listsOf(stage, submission)), (parsed): StageRun => {
      if (sent.type === 'lost')
        return {
          ...run,
          outcome: { type: 'invalid', errors: askPasswordAgain(stage, parsed.ok ? {} : parsed.errors) },
        };
      return parsed.ok
        ? { ...reading, answers: parsed.value }
        : { ...reading, answers: parsed.accepted ?? null, outcome: { type: 'invalid', errors: parsed.errors } };
    });
  });
}

/** After progress the browser is redirected to the page, so that a reload repeats nothing. */
function pageOf(run: StageRun, draw: () => Awaitable<StageReply>): Awaitable<StageRun> {
  const { submission, injectedContext, flow } = run.ask;
  const progress = submission !== null || injectedContext !== null;
  if (progress) return { ...run, reply: redirectTo(flowTarget(flow.slug), effectsOf(run)) };
  return chain(draw(), (reply): StageRun => ({ ...run, reply }));
}
