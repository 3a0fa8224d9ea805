import { digest128, randomToken } from '../base/ids.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import { readParameters, type CallbackParameters } from './callback-parameters.js';
import { tagOfState } from './attempt.js';
import { SourceProblem } from './problem.js';

/** The browser comes at once. */
const heldSeconds = 120;
const name = 'held';

/** Keeps what was posted; gives the query by which it is asked for. @throws SourceProblem */
export async function keepCallback(ephemeralStore: EphemeralStore, source: string, body: string): Promise<string> {
  const state = readParameters(body).get('state');
  // Anybody may post here: what cannot be ours is not kept.
  if (state === undefined || tagOfState(state) === null) throw new SourceProblem('state.missing');
  const key = randomToken(32);
  await ephemeralStore.set(keyOf(source, key), body, heldSeconds);
  return `${name}=${key}`;
}

/** What was posted, where the query asks for it; else the query itself. @throws SourceProblem */
export async function pendingOrGiven(
  ephemeralStore: EphemeralStore,
  source: string,
  given: CallbackParameters,
): Promise<CallbackParameters> {
  const key = given.get(name);
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
