import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import type { StageContext } from '../flow/facts.js';
import { bindingOf, patchContext } from '../flow/machine/advance.js';
import { reopenStep, rewindTo } from '../flow/machine/change-steps.js';
import type { EarlierFlows } from '../flow/plan.js';
import { askedSteps, passedSteps } from './asked-steps.js';
import { redirectTo } from './reply.js';
import { effectsOf, stageContextOf, type Run, type StageRun } from './run.js';
import { flowOf, startOver } from './start-over.js';

type AskedStep = EarlierFlows['asked'][number];

/**
 * Acts, unless the plan's user has by now what an earlier step passed without, such as a second factor that they set up
 * elsewhere while a page was open: the flow returns to that step then. Steps that policies skipped stay skipped. Called
 * before a form is read, before a silent stage acts, and before another flow gets the user.
 */
export function ifProved(run: StageRun, act: () => Awaitable<StageRun>): Awaitable<StageRun> {
  if (!run.ask.facts.act) return act();
  return chain(unprovedStep(run), (step) => (step === null ? act() : returnTo(run, step)));
}

/** What a stage that acts can see: it may have waited for a lock since `ifProved`. */
export function actingContextOf(run: Run, step: string): StageContext {
  const at = stageContextOf(run, step);
  if (askedSteps(run.plan, run.ask.flow).length === 0) return at;
  return { ...at, lacksProof: () => chain(unprovedStep(run), (missing) => missing !== null) };
}

/** The first passed step whose proof is missing. */
function unprovedStep(run: Run): Awaitable<AskedStep | null> {
  return askedSteps(run.plan, run.ask.flow).reduce<Awaitable<AskedStep | null>>(
    (found, step) =>
      chain(found, (before) =>
        before === null ? chain(lacksProof(run, step), (isMissing) => (isMissing ? step : null)) : before,
      ),
    null,
  );
}

function lacksProof(run: Run, { flow: slug, step }: AskedStep): Awaitable<boolean> {
  const flow = flowOf(run, slug);
  const stage = flow === undefined ? undefined : bindingOf(flow, step)?.stage;
  // A flow that was replaced meanwhile no longer says what it asked for.
  return stage?.asking === true ? stage.lacksProof(stageContextOf(run, step)) : true;
}

/**
 * The pages after the step are shown again, unless something was done since: then the step alone is asked again. An
 * earlier flow has ended: the visitor starts over.
 */
function returnTo(run: StageRun, { flow: slug, step }: AskedStep): StageRun {
  const { flow } = run.ask;
  if (slug !== flow.slug) return startOver(run, message('notice.second_factor'));
  const passed = passedSteps(run.plan);
  const hasActed = passed.slice(passed.indexOf(step)).some((one) => {
    const stage = bindingOf(flow, one)?.stage;
    return stage?.asking === false && stage.hasSideEffects;
  });
  const plan = hasActed
    ? reopenStep(run.plan, step)
    : patchContext(rewindTo(run.plan, flow, step), undefined, ['password_hash']);
  return {
    ...run,
    plan,
    changed: true,
    outcome: null,
    reply: redirectTo(flowTarget(flow.slug), { ...effectsOf(run), notice: message('notice.second_factor') }),
  };
}
