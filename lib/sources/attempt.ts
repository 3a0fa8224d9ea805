import type { Clock } from '../base/clock.js';
import { digest128, randomToken } from '../base/ids.js';
import { isJsonObject, type JsonObject } from '../base/json.js';
import type { OneTime } from '../ports/one-time.js';
import { parseJson } from './json-text.js';
import { SourceProblem } from './problem.js';
import type { AttemptCookie } from './source.js';

/** How long a sign-in at the provider may take. */
const patienceSeconds = 600;
/** Kept longer than that, so that somebody who comes late, or twice, can be told so. */
const keptSeconds = 3600;
const used = 'used';
const token = /^[A-Za-z0-9_-]{43}$/;

/** What is known about one sign-in while the browser is at the provider. */
export interface Attempt {
  /** What the caller of `begin` gave. */
  readonly then: JsonObject;
  /** What the source needs to know again: nonce, PKCE verifier, a strategy's session. */
  readonly kept: JsonObject;
}

export interface FreshAttempt {
  /** 256 random bits. */
  readonly state: string;
  readonly cookie: AttemptCookie;
}

/** The sign-ins of one source that are under way. */
export interface Attempts {
  keep(fresh: FreshAttempt, attempt: Attempt): Promise<void>;
  /** Takes the attempt: of any number of callbacks with one state exactly one gets it. @throws SourceProblem */
  take(state: string, cookie: string | undefined): Promise<Attempt>;
}

export function freshAttempt(): FreshAttempt {
  const state = randomToken(32);
  return { state, cookie: { tag: tagOf(state), value: randomToken(32), seconds: keptSeconds } };
}

/** What the cookie of this state is called; null for what cannot be a state of ours. */
export function tagOfState(state: string): string | null {
  return token.test(state) ? tagOf(state) : null;
}

export function createAttempts({
  oneTime,
  clock,
  source,
}: {
  readonly oneTime: OneTime;
  readonly clock: Clock;
  readonly source: string;
}): Attempts {
  return Object.freeze({
    async keep({ state, cookie }: FreshAttempt, { then, kept }: Attempt) {
      const record = JSON.stringify({ v: 1, source, at: clock.now(), then, kept });
      await oneTime.put(keyOf(state, cookie.value), record, keptSeconds);
    },

    async take(state: string, cookie: string | undefined) {
      if (cookie === undefined) throw new SourceProblem('state.unbound');
      if (!token.test(state) || !token.test(cookie)) throw new SourceProblem('state.unknown');
      const key = keyOf(state, cookie);
      const text = await oneTime.take(key);
      if (text === null) throw new SourceProblem('state.unknown');
      // Whoever comes again is told so. That this is stored is not worth failing for.
      await oneTime.put(key, used, keptSeconds).catch(() => undefined);
      if (text === used) throw new SourceProblem('state.replayed');
      return read(text);
    },
  });

  function read(text: string): Attempt {
    const { v, source: its, at, then, kept } = parseJson(text) ?? {};
    if (v !== 1 || typeof at !== 'number' || !isJsonObject(then) || !isJsonObject(kept))
      throw new SourceProblem('state.unknown', 'unreadable');
    if (its !== source) throw new SourceProblem('state.other_source');
    if (clock.now() - at > patienceSeconds * 1000) throw new SourceProblem('state.expired');
    return { then, kept };
  }
}

function tagOf(state: string): string {
  return digest128(`tag ${state}`).slice(0, 12);
}

/**
 * The cookie is part of the key: without the browser that started it a state leads nowhere, and cannot be used up by
 * somebody who saw it pass.
 */
function keyOf(state: string, cookie: string): string {
  return `source:${digest128(`${state} ${cookie}`)}`;
}
