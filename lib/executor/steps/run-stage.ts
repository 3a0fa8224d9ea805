import { chain, type Awaitable } from '../../base/awaitable.js';
import { flowTarget } from '../../base/target.js';
import type { AskingStage } from '../../flow/stage.js';
import { inputOf, listsOf, effectsOf, stageContextOf, type StageRun, type Submission } from '../run.js';
import { askPasswordAgain, readSavedPassword, sealSavedPassword } from '../saved-password.js';
import { movedOn, continueReply, stageReply } from '../stage-page.js';
import { redirectTo, type StageReply } from '../reply.js';

/** Runs the stage at the cursor. The result is an outcome, answers that policies check first, or a page. */
export function runStage(run: StageRun): Awaitable<StageRun> {
  const { binding } = run;
  const { stage } = binding;
  const { submission, facts } = run.ask;
  const at = stageContextOf(run, binding.key);
  // A form that asks for more time is answered like a GET, with the page of the step.
  const extending = submission?.extendsOnly === true;
  const answering = submission !== null && !extending && !run.answered && submission.step === binding.key;
  if (!stage.asking) {
    const pressed = facts.act && !extending && (!stage.requiresConfirmation || submission?.step === binding.key);
    if (stage.hasSideEffects && !pressed) return pageOf(run, (shown) => continueReply(shown, binding));
    return chain(stage.run(at), (outcome): StageRun => ({ ...run, outcome }));
  }
  if (answering) return readForm(run, stage, submission);
  // An answer is accepted even from a satisfied stage, because a later stage asked again.
  return chain(stage.satisfied(at), (satisfied): Awaitable<StageRun> => {
    if (satisfied) return { ...run, outcome: { type: 'completed' } };
    if (extending)
      return chain(readSavedPassword(run, stage, submission), (sent) =>
        pageOf({ ...run, savedPassword: sent.type === 'saved' ? sent.hash : null }, (shown) =>
          chain(sealSavedPassword(shown, binding.key, { stage, errors: {} }), (savedPassword) =>
            stageReply(shown, binding, stage, { status: 200, savedPassword }),
          ),
        ),
      );
    if (submission !== null && !run.answered) return movedOn(run);
    return pageOf(run, (shown) => stageReply(shown, binding, stage, { status: 200 }));
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

/**
 * After progress the browser is redirected to the page, so that a reload repeats nothing. A form that asks for more time
 * gets its page in the answer: the plan is stored again as it is, and the page is signed for the new revision.
 */
function pageOf(run: StageRun, draw: (shown: StageRun) => Awaitable<StageReply>): Awaitable<StageRun> {
  const { submission, injectedContext, flow } = run.ask;
  const extending = submission?.extendsOnly === true;
  const progress = (submission !== null && !extending) || injectedContext !== null;
  if (progress) return { ...run, reply: redirectTo(flowTarget(flow.slug), effectsOf(run)) };
  const isStored = extending && run.revision > 0;
  const shown: StageRun = isStored ? { ...run, changed: true, revision: run.revision + 1 } : run;
  return chain(draw(shown), (reply): StageRun => ({ ...shown, revision: run.revision, reply }));
}
