import { isJsonObject, parseJson, textOf, type JsonObject } from '../../base/json.js';
import { refuseSettings } from '../../base/settings.js';
import type { ProviderDefinition, SourceParts } from '../../ports/source.js';
import { promptForChoice, createRememberedChoice } from '../account-choice.js';
import { refuseErrors } from '../callback-parameters.js';
import { createSource, type SourceProtocol } from '../create-source.js';
import { defineSource } from '../define-source.js';
import {
  driveStrategy,
  strategyRequest,
  type PassportStrategy,
  type StrategyOutcome,
  type StrategyRequest,
} from '../drive-strategy.js';
import { otherIssuer } from '../issuer.js';
import { problemOfOutcome, SourceProblem } from '../problem.js';
import { createProviderHttp, defaultTimeoutMs, isSafe } from '../provider-http.js';
import { containOAuth } from './contained-oauth.js';
import { passportIssues, type PassportSourceSettings } from './settings.js';
import { createPassportVerify } from './verify.js';

/**
 * Sign-in with any Passport strategy. State, browser and replay are checked here before the strategy runs; it never
 * sees the app's request or session.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function passportSource<Given extends readonly unknown[]>(
  settings: PassportSourceSettings<Given>,
): ProviderDefinition {
  refuseSettings('passportSource', settings, passportIssues(settings));
  const posts = settings.formPost === true;
  return defineSource(settings, { kind: 'passport', posts }, (facts, parts) =>
    createSource(facts, parts, settings.enabled, createPassportProtocol(settings, facts.callbackUrl, parts)),
  );
}

const mostSession = 8192;

/**
 * Drives a third-party strategy, with the kit's state in place of its own: the strategy never sees the kit's state, and
 * the provider never sees the strategy's.
 */
function createPassportProtocol<Given extends readonly unknown[]>(
  settings: PassportSourceSettings<Given>,
  callbackUrl: string,
  { ephemeralStore }: Pick<SourceParts, 'ephemeralStore'>,
): SourceProtocol {
  const { timeoutMs = defaultTimeoutMs, issuer } = settings;
  const { verify, recognized } = createPassportVerify(settings);
  const prepare = containOAuth(createProviderHttp(timeoutMs));
  const choices = createRememberedChoice(ephemeralStore, settings);
  let making: Promise<PassportStrategy> | null = null;

  function strategy(): Promise<PassportStrategy> {
    making ??= make().catch((error: unknown) => {
      // The cause, such as a provider that is down, may be gone at the next try.
      making = null;
      throw error instanceof SourceProblem ? error : new SourceProblem('source.setup', nameOf(error));
    });
    return making;
  }

  async function make(): Promise<PassportStrategy> {
    const made = await settings.strategy(verify, callbackUrl);
    if (typeof made?.authenticate !== 'function') throw new SourceProblem('source.setup', 'no strategy');
    return made;
  }

  async function drive(request: StrategyRequest, more: object = {}): Promise<StrategyOutcome> {
    const options = { ...settings.options, ...more, callbackURL: callbackUrl };
    return driveStrategy({ strategy: await strategy(), request, options, deadlineMs: 3 * timeoutMs, prepare });
  }

  return {
    async begin({ state }, { loginHint, otherAccount }) {
      const request = strategyRequest(callbackUrl, new Map(), {});
      const choice = otherAccount === true ? await choices.current() : null;
      const outcome = await drive(request, {
        ...(loginHint === undefined ? {} : { loginHint }),
        ...(choice === null ? {} : { prompt: promptForChoice(settings.options?.['prompt'], choice) }),
      });
      if (outcome.type !== 'redirect') throw problemOfOutcome(outcome);
      if (!isSafe(outcome.to)) throw new SourceProblem('provider.insecure', 'redirect');
      const to = new URL(outcome.to);
      const theirs = to.searchParams.get('state');
      to.searchParams.set('state', state);
      return { to: to.href, kept: { theirs, session: sessionOf(request), choice } };
    },

    async finish(given, kept) {
      const iss = given.get('iss');
      if (iss !== undefined && iss !== issuer) throw otherIssuer(iss, issuer);
      await choices.noteRefusal(kept['choice'], given.get('error'));
      refuseErrors(given);
      const parameters = new Map(given);
      const theirs = textOf(kept, 'theirs', mostSession);
      if (theirs === null) parameters.delete('state');
      else parameters.set('state', theirs);
      const session = isJsonObject(kept['session']) ? { ...kept['session'] } : {};
      const outcome = await drive(strategyRequest(callbackUrl, parameters, session, settings.formPost === true));
      if (outcome.type !== 'success') throw problemOfOutcome(outcome);
      return recognized(outcome.user);
    },
  };
}

/** The session values that the strategy needs again. They are stored as text: anything but data is lost. */
function sessionOf({ session }: StrategyRequest): JsonObject {
  const text = JSON.stringify(session);
  const kept = text.length > mostSession ? null : parseJson(text);
  if (kept === null) throw new SourceProblem('source.setup', 'the session of the strategy is too large');
  return kept;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
