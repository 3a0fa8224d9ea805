import type { Reply } from './reply.js';
import type { Ask, Run, Workbench } from './run.js';
import { advance, askAgain } from './steps/advance.js';
import { checkAnswers } from './steps/check-answers.js';
import { checkBinding } from './steps/check-binding.js';
import { loadPlan } from './steps/load-plan.js';
import { runStage, typedOf } from './steps/run-stage.js';
import { savePlan } from './steps/save-plan.js';

/**
 * The way of a request. `read facts` comes before and `reply` after, both in `http/`; the four steps in the
 * middle repeat for silent stages, until one asks or the way is done.
 */
const steps = Object.freeze({ loadPlan, checkBinding, runStage, checkAnswers, advance, savePlan });

/** Executes one request to a flow. @throws ERR_ENROLLMENT_STORE_AWAY (503), ERR_ENROLLMENT_BODY (400) */
export async function execute(bench: Workbench, ask: Ask): Promise<Reply> {
  let run = await steps.loadPlan(bench, ask);
  // This ends: each turn replies or leaves a step behind, and what policies insert comes in once.
  while (run.reply === null) {
    run = await steps.checkBinding(run);
    if (run.reply !== null || run.binding === null) break;
    run = await turnOf(run, run.binding);
  }
  return steps.savePlan(run);
}

async function turnOf(run: Run, binding: NonNullable<Run['binding']>): Promise<Run> {
  const stepped = await steps.runStage(run, binding);
  if (stepped.is === 'reply') return stepped.run;
  if (stepped.is === 'outcome') return steps.advance(run, binding, stepped.outcome);
  const checked = await steps.checkAnswers(run, binding, stepped.stage, stepped.answers);
  if (checked.is === 'outcome')
    return checked.run.reply === null ? steps.advance(checked.run, binding, checked.outcome) : checked.run;
  const { reference, retryAfterSeconds } = checked.judged;
  const status = retryAfterSeconds === null ? 422 : 429;
  return askAgain(run, binding, checked.errors, {
    status,
    reference,
    retryAfterSeconds,
    typed: typedOf(stepped.stage, run.ask.submission),
  });
}
