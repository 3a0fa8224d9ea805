import { digest128, randomToken } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import { tagOfState } from './attempt.js';
import { SourceProblem } from './problem.js';

/** What a provider sent back, each name once. */
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

/** Errors by which a provider says that the person, or somebody for them, said no. */
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

/** The browser comes at once. */
const keptSeconds = 120;
const keptName = 'held';

/** Keeps what was posted; gives the query by which it is asked for. @throws SourceProblem */
export async function keepCallback(ephemeralStore: EphemeralStore, source: string, body: string): Promise<string> {
  const state = readParameters(body).get('state');
  // Anybody may post here: what cannot be ours is not kept.
  if (state === undefined || tagOfState(state) === null) throw new SourceProblem('state.missing');
  const key = randomToken(32);
  await ephemeralStore.set(keyOf(source, key), body, keptSeconds);
  return `${keptName}=${key}`;
}

/** What was posted, where the query asks for it; else the query itself. @throws SourceProblem */
export async function keptOrGiven(
  ephemeralStore: EphemeralStore,
  source: string,
  given: CallbackParameters,
): Promise<CallbackParameters> {
  const key = given.get(keptName);
  if (key === undefined) return given;
  // It stays for its two minutes: a page that is loaded again asks for it again, and the state is good once anyway.
  const body = await ephemeralStore.peek(keyOf(source, key));
  if (body === null) throw new SourceProblem('state.unknown', 'the posted answer is gone');
  return readParameters(body);
}

/** The source is part of the key: what was posted to one is none of another's. */
function keyOf(source: string, key: string): string {
  return `source-held:${digest128(`${source} ${key}`)}`;
}
