import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { bindingOf, patchContext } from '../flow/machine/advance.js';
import { rewindTo } from '../flow/machine/change-steps.js';
import type { Plan } from '../flow/plan.js';
import type { Stage } from '../flow/stage.js';
import { redirectTo } from './reply.js';
import { effectsOf, stageContextOf, type Run, type StageRun } from './run.js';

/**
 * Acts, unless the plan's user has by now what an earlier step passed without, such as a second factor that they set up
 * elsewhere while a page was open: the flow returns to that step then. Steps that policies skipped stay skipped.
 */
export function ifProved(run: StageRun, act: () => Awaitable<StageRun>): Awaitable<StageRun> {
  if (!run.ask.facts.act || !dependsOnProof(run.binding.stage)) return act();
  return chain(unprovedStep(run), (key) => (key === null ? act() : returnTo(run, key)));
}

/** True for a stage that changes something, or signs in. */
function dependsOnProof(stage: Stage): boolean {
  return stage.asking ? stage.destructive || stage.needsRecentAuthentication : stage.hasSideEffects;
}

/** The key of the first passed step whose proof is missing. */
function unprovedStep(run: Run): Awaitable<string | null> {
  const asking = passedBefore(run.plan).flatMap((key) => {
    const stage = bindingOf(run.ask.flow, key)?.stage;
    return stage?.asking === true && stage.secondFactor?.use === 'asks' ? [{ key, stage }] : [];
  });
  if (asking.length === 0) return null;
  return asking.reduce<Awaitable<string | null>>(
    (found, { key, stage }) =>
      chain(found, (before) =>
        before === null
          ? chain(stage.lacksProof(stageContextOf(run, key)), (isMissing) => (isMissing ? key : null))
          : before,
      ),
    null,
  );
}

function passedBefore({ steps, at }: Plan): readonly string[] {
  return steps.slice(0, at).flatMap(({ key, state }) => (state === 'passed' ? [key] : []));
}

/** What was done after that step is not done again: then the flow starts over. */
function returnTo(run: StageRun, key: string): StageRun {
  const { flow } = run.ask;
  const notice = message('notice.second_factor');
  const effects = effectsOf(run);
  const passed = passedBefore(run.plan);
  const hasActed = passed.slice(passed.indexOf(key)).some((one) => {
    const stage = bindingOf(flow, one)?.stage;
    return stage?.asking === false && stage.hasSideEffects;
  });
  if (hasActed) {
    const reply = redirectTo(flowTarget(flow.slug), { ...effects, notice, freshToken: true });
    return { ...run, changed: false, outcome: null, reply };
  }
  const plan = patchContext(rewindTo(run.plan, flow, key), undefined, ['password_hash']);
  return {
    ...run,
    plan,
    changed: true,
    outcome: null,
    reply: redirectTo(flowTarget(flow.slug), { ...effects, notice }),
  };
}
