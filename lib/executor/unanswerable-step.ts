import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { reopenSkipped } from '../flow/machine/change-steps.js';
import type { AskingStage } from '../flow/stage.js';
import { redirectTo } from './reply.js';
import { stageContextOf, type StageRun } from './run.js';

/**
 * Asks, or reads the form, unless the user has nothing by now that the page could accept: the steps before it that were
 * skipped because they had it are looked at again, once in a request. The next round begins with the first of them.
 * Without one, the stage may refuse the visitor: its page would lead nowhere.
 */
export function ifAnswerable(run: StageRun, stage: AskingStage, act: () => Awaitable<StageRun>): Awaitable<StageRun> {
  return chain(stage.isUnanswerable(stageContextOf(run, run.binding.key)), (unanswerable): Awaitable<StageRun> => {
    if (unanswerable === false) return act();
    const reopened = run.reconsidered || run.revision === 0 ? null : reopenSkipped(run.plan, run.ask.flow);
    if (reopened !== null) return { ...run, plan: reopened, reconsidered: true };
    if (unanswerable === true || isForAnotherStep(run)) return act();
    return { ...run, outcome: { type: 'denied', message: unanswerable, isFinal: true } };
  });
}

/** A form of an earlier page does nothing. */
function isForAnotherStep({ ask: { submission }, answered, binding }: StageRun): boolean {
  return submission !== null && !answered && submission.step !== binding.key;
}

/** The form of that page, where another page comes in its place: nothing of it is done. */
export function withoutFactor(run: StageRun): StageRun {
  const reply = redirectTo(flowTarget(run.ask.flow.slug), { notice: message('notice.second_factor_removed') });
  return { ...run, changed: false, reply };
}
