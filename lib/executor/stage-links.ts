import { isEnrollmentError } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import type { Awaitable } from '../base/awaitable.js';
import type { StageContext } from '../flow/facts.js';
import { offeredLinks } from '../flow/flow-links.js';
import type { AskingStage, StageLink } from '../flow/stage.js';
import type { ExecutorContext } from './run.js';

/**
 * The links that a stage offers to this visitor. One whose `when` fails is left out, because the page works without it:
 * an event and the log say which one.
 * @throws what an unavailable store throws (503)
 */
export function stageLinks(
  context: ExecutorContext,
  stage: Pick<AskingStage, 'name' | 'links'>,
  at: StageContext,
): Awaitable<readonly StageLink[]> {
  return offeredLinks(stage, at, ({ to }, index, error) => {
    if (isEnrollmentError(error) && error.status === 503) throw error;
    const failure = {
      flow: at.flow.slug,
      step: at.step,
      link: index,
      to: 'flow' in to ? to.flow : null,
      reference: randomReference(),
    };
    const leads = failure.to === null ? '' : ` to the flow '${failure.to}'`;
    const text = `the link${leads} of the stage '${stage.name}' in the flow '${failure.flow}' is left out: "links[${String(index)}].when" gave no answer`;
    (context.repeatedLog ?? context.log).error({ err: error, ...failure }, text);
    context.events({ type: 'link.failed', ...failure });
    return false;
  });
}
