import type { JsonObject } from '../base/json.js';
import { createAttempts, freshAttempt, tagOfState, type FreshAttempt } from './attempt.js';
import { answerKey, createRepeatedAnswers } from './repeated-answer.js';
import { readParameters, type CallbackParameters, keptOrGiven, keepCallback } from './callback-parameters.js';
import { failureOf, SourceProblem } from './problem.js';
import type {
  BeginOutcome,
  FinishOutcome,
  KeepOutcome,
  ProviderSource,
  SourceCallback,
  SourceDescription,
  SourceIdentity,
  SourceParts,
  SourceStart,
} from '../ports/source.js';
import { alwaysOn, askSwitch, isOn, type SourceSwitch } from './source-switch.js';

/** The part of a source that depends on its kind; both functions may throw anything. */
export interface SourceProtocol {
  /** The provider's address, and the values that `finish` needs again. */
  begin(fresh: FreshAttempt, start: SourceStart): Promise<{ readonly to: string; readonly kept: JsonObject }>;
  /** Called once for each attempt, after its state and browser were verified. */
  finish(parameters: CallbackParameters, kept: JsonObject): Promise<SourceIdentity>;
}

/** The properties of a source that are not behavior. */
export type SourceFacts = SourceDescription & Pick<ProviderSource, 'kind' | 'callbackPath' | 'callbackUrl' | 'posts'>;

const longestResume = 4096;
/** After this time the first of two requests is no longer waiting for the provider: the second does not wait for it. */
const longestExchangeMs = 30_000;

/**
 * The common part of all sources: the switch, single-use state bound to the browser, and outcomes instead of
 * exceptions.
 */
export function createSource(
  facts: SourceFacts,
  { ephemeralStore, clock, log }: SourceParts,
  enabled: SourceSwitch | undefined = alwaysOn,
  way: SourceProtocol,
): ProviderSource {
  const attempts = createAttempts({ ephemeralStore, clock, source: facts.slug });
  const answers = createRepeatedAnswers({ ephemeralStore, clock });
  const failed = (error: unknown, known?: Parameters<typeof failureOf>[2]) => failureOf(error, facts.name, known);

  async function refuseDisabled(): Promise<void> {
    if (!(await askSwitch(enabled))) throw new SourceProblem('source.disabled');
  }

  async function finishFirst(
    key: string,
    parameters: CallbackParameters,
    kept: JsonObject,
    late: boolean,
  ): Promise<SourceIdentity> {
    try {
      if (late) throw new SourceProblem('state.expired');
      await refuseDisabled();
      return await way.finish(parameters, kept);
    } catch (error) {
      await answers.keepFailure(key, failed(error).reason).catch(() => undefined);
      throw error;
    }
  }

  return Object.freeze<ProviderSource>({
    ...facts,
    hasButton: true,

    enabled: () => isOn(enabled, { slug: facts.slug, log }),

    async begin(start: SourceStart): Promise<BeginOutcome> {
      try {
        await refuseDisabled();
        if (JSON.stringify(start.resume).length > longestResume)
          throw new SourceProblem('source.setup', 'resume is too large');
        const fresh = freshAttempt();
        const { to, kept } = await way.begin(fresh, start);
        await attempts.keep(fresh, { resume: start.resume, kept });
        return { type: 'redirect', to, state: fresh.state, cookie: fresh.cookie };
      } catch (error) {
        return failed(error, { resume: start.resume });
      }
    },

    async keep(body: string): Promise<KeepOutcome> {
      try {
        if (!facts.posts) throw new SourceProblem('callback.malformed', 'posted');
        return { type: 'held', parameters: await keepCallback(ephemeralStore, facts.slug, body) };
      } catch (error) {
        return failed(error);
      }
    },

    async finish({ parameters: query, cookie }: SourceCallback): Promise<FinishOutcome> {
      let known: { resume?: JsonObject; tag?: string } = {};
      try {
        const given = readParameters(query);
        const parameters = facts.posts ? await keptOrGiven(ephemeralStore, facts.slug, given) : given;
        const state = parameters.get('state') ?? '';
        const tag = tagOfState(state);
        if (tag === null) throw new SourceProblem('state.missing');
        known = { tag };
        const value = cookie(tag);
        const key = answerKey(facts.slug, parameters, value ?? '');
        const { resume, kept, earlier, late } = await attempts.take(state, value, key);
        known = { resume, tag };
        if (earlier !== null) {
          if (earlier.answer !== key) throw new SourceProblem('state.replayed');
          const first = await answers.find(key, { waits: earlier.agoMs < longestExchangeMs });
          // The visitor is redirected to the provider again, as in the first request.
          if (first === 'provider.account_choice') throw new SourceProblem('provider.account_choice');
          if (first === null || typeof first === 'string') throw new SourceProblem('state.replayed');
          await refuseDisabled();
          return { type: 'identified', ...first, repeated: true, resume, tag };
        }
        const identity = await finishFirst(key, parameters, kept, late);
        const verifiedAt = clock.now();
        // Stored before it is used. If storing fails, a second request is refused, and the first still counts.
        await answers.keep(key, { identity, verifiedAt }).catch(() => undefined);
        return { type: 'identified', identity, verifiedAt, repeated: false, resume, tag };
      } catch (error) {
        const failure = failed(error, known);
        // While the store is away nothing is used up: the same answer is valid once the store is back.
        return failure.reason === 'store.away' && known.resume === undefined ? { ...failure, tag: null } : failure;
      }
    },
  });
}
