import type { Message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import type { Flow } from '../flow/flow.js';
import { beginOf } from './asked-steps.js';
import { handBack, type HandOver } from './hand-over.js';
import { redirectTo } from './reply.js';
import { effectsOf, type Run, type StageRun } from './run.js';

export function flowOf({ ask }: Run, slug: string): Flow | undefined {
  return slug === ask.flow.slug ? ask.flow : ask.flows?.get(slug);
}

/** The flow that the visitor began with; the present one where they began with it, or where it is no more. */
export function beginFlowOf(run: Run): Flow {
  return flowOf(run, beginOf(run.plan)) ?? run.ask.flow;
}

/** True where a visitor cannot open the flow once more by its address alone. */
export function opensOnce({ authentication }: Flow): boolean {
  return authentication === 'require_token' || authentication === 'require_redirect';
}

/** Where the visitor began, with the same target at the end. */
export function startOver(run: StageRun, notice: Message): StageRun {
  const { plan, ask } = run;
  const begin = beginFlowOf(run);
  const linked: HandOver = { type: 'linked', next: plan.context.redirect ?? null };
  const reply = redirectTo(flowTarget(begin.slug), {
    ...effectsOf(run),
    notice,
    freshToken: true,
    handOver: begin.slug === ask.flow.slug ? null : opensOnce(begin) ? handBack(run, begin) : linked,
  });
  return { ...run, changed: false, outcome: null, reply };
}
