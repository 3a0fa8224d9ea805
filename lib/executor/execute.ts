import { chain, isPromise, type Awaitable } from '../base/awaitable.js';
import { countLookups, hasPassed, throttledOutcome, throttledReply, type AccountLookups } from './limits.js';
import { afterFailure, asWritten } from './written-account.js';
import { holdLink } from './held-link.js';
import type { Reply } from './reply.js';
import type { Ask, ExecutorContext, Run, StageRun } from './run.js';
import { advance } from './steps/advance.js';
import { checkAnswers } from './steps/check-answers.js';
import { checkBinding } from './steps/check-binding.js';
import { loadPlan } from './steps/load-plan.js';
import { runStage } from './steps/run-stage.js';
import { savePlan } from './steps/save-plan.js';
import { answeredStep, askForLess, askForLessAfter, type PassedStep } from './too-large-plan.js';

/**
 * The steps of a request. `read facts` comes before and `reply` after them, both in `http/`. The steps of a stage
 * repeat for one stage after the other, until one of them replies or the plan ends.
 */
const steps = Object.freeze({
  loadPlan,
  checkBinding,
  stage: [runStage, checkAnswers] as readonly ((run: StageRun) => Awaitable<StageRun>)[],
  advance,
  savePlan,
});

/**
 * Executes one request to a flow.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503), ERR_ENROLLMENT_BODY (400)
 */
export async function execute(context: ExecutorContext, asked: Ask): Promise<Reply> {
  const withItsEpoch = withEpoch(context, asked);
  const ask = isPromise(withItsEpoch) ? await withItsEpoch : withItsEpoch;
  const lookups = countLookups(context, ask);
  lookups.begin();
  const link = holdLink(lookups.context, ask);
  const savePlan = (done: Run): Awaitable<Reply> => {
    isSaving = true;
    return chain(steps.savePlan(done), (reply) => chain(link.settle(reply), () => reply));
  };
  let isSaving = false;
  let run: Run | null = null;
  let answered: PassedStep | null = null;
  try {
    run = await steps.loadPlan(link.context, ask);
    if (run.reply !== null) {
      // Answered without a stage: no account was looked up.
      lookups.settle(true);
      const saved = await savePlan(run);
      return withNext(run, ask.handedOver === undefined ? saved : asWritten(run, saved));
    }
    // This ends: each round replies or passes a step, and a stage that policies insert is inserted once.
    while (run.reply === null) {
      const checked = steps.checkBinding(run);
      run = isPromise(checked) ? await checked : checked;
      if (run.reply !== null || run.binding === null) break;
      const taken = await takeSteps(run, run.binding, lookups);
      answered ??= taken.answered;
      run = taken.run;
    }
    run = throttledReply(run, lookups.retryAfterSeconds());
    lookups.settle(hasPassed(run));
    const saved = savePlan(run);
    return withNext(run, asWritten(run, isPromise(saved) ? await saved : saved));
  } catch (error) {
    // Without a response, nothing was revealed.
    lookups.settle(true);
    // A plan that was being saved may be stored: the link is settled by it later.
    if (!isSaving) await link.release();
    if (run === null) throw error;
    const asking = askForLessAfter(error, run, answered);
    if (asking !== null) return withNext(run, await savePlan(await asking));
    return afterFailure(run, error, savePlan);
  }
}

/** Evidence is of the epoch before anything is looked up: what ends from then on ends it too. */
function withEpoch({ services }: ExecutorContext, ask: Ask): Awaitable<Ask> {
  const mayProve = ask.facts.act || ask.injectedContext !== null;
  return mayProve ? chain(services.sessions.epoch(), (epoch) => ({ ...ask, epoch })) : ask;
}

/** The run after its current stage, and the step that the request's form has passed in it. */
async function takeSteps(
  run: Run,
  binding: NonNullable<Run['binding']>,
  lookups: AccountLookups,
): Promise<{ readonly run: Run; readonly answered: PassedStep | null }> {
  let taken: StageRun = { ...run, binding, answers: null, outcome: null };
  for (const step of steps.stage) {
    const done = step(taken);
    // Most steps have nothing to wait for.
    taken = isPromise(done) ? await done : done;
    if (taken.reply !== null) return { run: taken, answered: null };
  }
  const advanced = await steps.advance(throttledOutcome(taken, lookups.retryAfterSeconds()));
  if (taken.outcome?.type !== 'completed' || advanced.reply !== null) return { run: advanced, answered: null };
  const passed: PassedStep = { at: taken, before: run.plan, after: advanced.plan };
  const asking = askForLess(passed);
  return { run: asking === null ? advanced : await asking, answered: answeredStep(passed) };
}

/** A flow that is started again keeps its target; a browser remembers the factor that it proved. */
function withNext({ plan, remember }: Run, reply: Reply): Reply {
  if (reply.type === 'redirect' && remember !== null) return { ...reply, remember };
  const { redirect } = plan.origin;
  return reply.type === 'refusal' && redirect !== undefined ? { ...reply, next: redirect } : reply;
}
