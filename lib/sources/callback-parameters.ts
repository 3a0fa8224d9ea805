import { digest128, randomToken } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import { tagOfState } from './attempt.js';
import { SourceProblem } from './problem.js';

/** The parameters that a provider sent, each name once. */
export type CallbackParameters = ReadonlyMap<string, string>;

const longest = 16_384;

/** @throws SourceProblem where it is too long, or a name comes twice: who reads the other one would be talked into something else. */
export function readParameters(query: string): CallbackParameters {
  if (query.length > longest) throw new SourceProblem('callback.malformed', 'too long');
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (parameters.has(name)) throw new SourceProblem('callback.malformed', `${name} comes twice`);
    parameters.set(name, value);
  }
  return parameters;
}

/** Errors by which a provider reports that the person, or another party for them, denied access. */
const denials: ReadonlySet<string> = new Set([
  'access_denied',
  'user_cancelled_login',
  'user_cancelled_authorize',
  'consent_required',
]);
const passing: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error']);

/** @throws SourceProblem where the provider says `error`, whatever else it says; its own words are not shown to anybody. */
export function refuseErrors(parameters: CallbackParameters): void {
  const error = parameters.get('error');
  if (error === undefined) return;
  if (denials.has(error)) throw new SourceProblem('provider.denied', error);
  const description = parameters.get('error_description');
  const detail = description === undefined ? error : `${error}: ${description}`;
  throw new SourceProblem(passing.has(error) ? 'provider.away' : 'provider.error', detail);
}

/** @throws SourceProblem where there is no code, or none that can be one. */
export function codeOf(parameters: CallbackParameters): string {
  const code = parameters.get('code') ?? '';
  if (code === '' || code.length > 4096) throw new SourceProblem('callback.code_missing');
  return code;
}

/** The browser follows the redirect at once. */
const keptSeconds = 120;
const keptName = 'held';

/** Stores the posted parameters; returns the query that retrieves them. @throws SourceProblem */
export async function keepCallback(ephemeralStore: EphemeralStore, source: string, body: string): Promise<string> {
  const state = readParameters(body).get('state');
  // Any client may post here: values that cannot belong to the kit are not stored.
  if (state === undefined || tagOfState(state) === null) throw new SourceProblem('state.missing');
  const key = randomToken(32);
  await ephemeralStore.set(keyOf(source, key), body, keptSeconds);
  return `${keptName}=${key}`;
}

/** The posted parameters if the query refers to them; otherwise the query itself. @throws SourceProblem */
export async function keptOrGiven(
  ephemeralStore: EphemeralStore,
  source: string,
  given: CallbackParameters,
): Promise<CallbackParameters> {
  const key = given.get(keptName);
  if (key === undefined) return given;
  // It is kept for its two minutes: a reloaded page requests it again, and the state is single-use anyway.
  const body = await ephemeralStore.peek(keyOf(source, key));
  if (body === null) throw new SourceProblem('state.unknown', 'the posted answer is gone');
  return readParameters(body);
}

/** The source is part of the key: parameters posted to one source are not valid for another. */
function keyOf(source: string, key: string): string {
  return `source-held:${digest128(`${source} ${key}`)}`;
}
