import { messageOf } from '../../../lib/base/message.js';
import { text } from '../../../lib/prompts/text.js';
import { promptStage } from '../../../lib/stages/prompt.js';
import type { ContextKey } from '../../../lib/flow/context.js';
import type { StageContext } from '../../../lib/flow/facts.js';
import { defineFlow, type Flow, type FlowSpec } from '../../../lib/flow/flow.js';
import type { Policy } from '../../../lib/flow/policy.js';
import { defineSilentStage } from '../../../lib/flow/define-stage.js';
import { type AskingStage, type StageOutcome, type SilentStage } from '../../../lib/flow/stage.js';

/** A page with one text field named like the stage. */
export function page(name: string, ...validation: readonly Policy[]): AskingStage {
  return promptStage({ name, prompts: [text({ key: name, label: name })], validation });
}

/** A silent stage with side effects: it does what `run` does. */
export function act(
  name: string,
  run: (at: StageContext) => StageOutcome | Promise<StageOutcome> = () => ({ type: 'completed' }),
  writes: readonly ContextKey[] = ['pending_user', 'password_hash'],
): SilentStage {
  return defineSilentStage<object, ContextKey>({
    kind: 'act',
    hasSideEffects: true,
    writes,
    run: async (_settings, at) => run(at),
  })({ name });
}

/** A silent stage that only decides. */
export function decide(
  name: string,
  run: (at: StageContext) => StageOutcome | Promise<StageOutcome> = () => ({ type: 'completed' }),
): SilentStage {
  return defineSilentStage<object, ContextKey>({
    kind: 'decide',
    hasSideEffects: false,
    writes: ['fixed_data'],
    run: async (_settings, at) => run(at),
  })({ name });
}

/** Verifies that it is `user`, and signs them in when it is reached. */
export function login(name: string, user = 'ann'): SilentStage {
  return act(name, () => ({
    type: 'completed',
    effect: { signIn: user, rememberSeconds: 60 },
    evidence: { type: 'stage_verified', user },
  }));
}

export const refused: StageOutcome = { type: 'denied', message: messageOf('refused.here'), reference: 'REF23456' };

export function again(field: string): StageOutcome {
  return { type: 'invalid', errors: { [field]: [messageOf('again.here')] } };
}

/** A flow without restrictions, with the given stages. */
export function flowOf(stages: FlowSpec['stages'], more: Partial<FlowSpec> = {}): Flow {
  return defineFlow({ slug: 'walk', title: 'Walk', designation: 'authorization', target: '/home', stages, ...more });
}
