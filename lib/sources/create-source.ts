import type { JsonObject } from '../base/json.js';
import { createAttempts, freshAttempt, tagOfState, type FreshAttempt } from './attempt.js';
import { readParameters, type CallbackParameters } from './callback-parameters.js';
import { heldOrGiven, holdCallback } from './held-callback.js';
import { failureOf, SourceProblem } from './problem.js';
import type {
  BeginOutcome,
  FinishOutcome,
  HoldOutcome,
  Source,
  SourceCallback,
  SourceIdentity,
  SourceParts,
  SourceStart,
} from './source.js';
import { alwaysOn, askSwitch, isOn, type SourceSwitch } from './source-switch.js';

/** What one kind of source does itself; both may throw what they want. */
export interface SourceWay {
  /** The provider's address, and what `finish` needs to know again. */
  begin(fresh: FreshAttempt, start: SourceStart): Promise<{ readonly to: string; readonly kept: JsonObject }>;
  /** Called once for each attempt, whose state and browser were right. */
  finish(parameters: CallbackParameters, kept: JsonObject): Promise<SourceIdentity>;
}

/** What of a source is not behaviour. */
export type SourceFacts = Pick<
  Source,
  'slug' | 'name' | 'icon' | 'kind' | 'terms' | 'callbackPath' | 'callbackUrl' | 'posts'
>;

const mostThen = 4096;

/** What all sources have in common: the switch, one-time state bound to the browser, and outcomes in place of exceptions. */
export function createSource(
  facts: SourceFacts,
  { oneTime, clock }: SourceParts,
  enabled: SourceSwitch | undefined = alwaysOn,
  way: SourceWay,
): Source {
  const attempts = createAttempts({ oneTime, clock, source: facts.slug });
  const failed = (error: unknown, known?: Parameters<typeof failureOf>[2]) => failureOf(error, facts.name, known);

  async function refuseDisabled(): Promise<void> {
    if (!(await askSwitch(enabled))) throw new SourceProblem('source.disabled');
  }

  return Object.freeze<Source>({
    ...facts,

    enabled: () => isOn(enabled),

    async begin(start: SourceStart): Promise<BeginOutcome> {
      try {
        await refuseDisabled();
        if (JSON.stringify(start.then).length > mostThen) throw new SourceProblem('source.setup', 'then is too large');
        const fresh = freshAttempt();
        const { to, kept } = await way.begin(fresh, start);
        await attempts.keep(fresh, { then: start.then, kept });
        return { is: 'redirect', to, state: fresh.state, cookie: fresh.cookie };
      } catch (error) {
        return failed(error, { then: start.then });
      }
    },

    async hold(body: string): Promise<HoldOutcome> {
      try {
        if (!facts.posts) throw new SourceProblem('callback.malformed', 'posted');
        return { is: 'held', parameters: await holdCallback(oneTime, facts.slug, body) };
      } catch (error) {
        return failed(error);
      }
    },

    async finish({ parameters: query, cookie }: SourceCallback): Promise<FinishOutcome> {
      let known: { then?: JsonObject; tag?: string } = {};
      try {
        const given = readParameters(query);
        const parameters = facts.posts ? await heldOrGiven(oneTime, facts.slug, given) : given;
        const state = parameters.get('state') ?? '';
        const tag = tagOfState(state);
        if (tag === null) throw new SourceProblem('state.missing');
        known = { tag };
        const { then, kept } = await attempts.take(state, cookie(tag));
        known = { then, tag };
        await refuseDisabled();
        return { is: 'identified', identity: await way.finish(parameters, kept), then, tag };
      } catch (error) {
        const failure = failed(error, known);
        // While the store cannot be asked nothing is used up: the same answer is good once it is back.
        return failure.reason === 'store.away' && known.then === undefined ? { ...failure, tag: null } : failure;
      }
    },
  });
}
