import type { EnrollmentClock } from '../base/clock.js';
import { digest128, randomToken } from '../base/ids.js';
import { isJsonObject, type JsonObject, parseJson } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import { SourceProblem } from './problem.js';
import type { AttemptCookie } from '../ports/source.js';

/** How long a sign-in at the provider may take. */
const callbackSeconds = 600;
/** Longer than that, so that a late or repeated callback gets an exact error. */
const keptSeconds = 3600;
const token = /^[A-Za-z0-9_-]{43}$/;

/** What is known about one sign-in while the browser is at the provider. */
interface Attempt {
  /** The value that the caller of `begin` passed. */
  readonly resume: JsonObject;
  /** What the source needs again at the callback: nonce, PKCE verifier, a strategy's session. */
  readonly kept: JsonObject;
}

export interface FreshAttempt {
  /** 256 random bits. */
  readonly state: string;
  readonly cookie: AttemptCookie;
}

interface TakenAttempt extends Attempt {
  /** The earlier use of the attempt, with an empty `kept`; `null`: this request is the first use. */
  readonly earlier: EarlierUse | null;
  /** True after more than ten minutes at the provider. */
  readonly late: boolean;
}

/** The request that used an attempt. */
interface EarlierUse {
  /** Its answer's key. */
  readonly answer: string;
  readonly agoMs: number;
}

/** The running sign-ins of one source. */
interface Attempts {
  keep(fresh: FreshAttempt, attempt: Attempt): Promise<void>;
  /**
   * Uses the attempt for the answer with this key: of any number of callbacks with one state, exactly one gets it
   * unused.
   * @throws SourceProblem
   */
  take(state: string, cookie: string | undefined, answer: string): Promise<TakenAttempt>;
}

export function freshAttempt(): FreshAttempt {
  const state = randomToken(32);
  return { state, cookie: { tag: tagOf(state), value: randomToken(32), seconds: keptSeconds } };
}

/** The name of the cookie for this state; `null` for a value that cannot be a state of the kit. */
export function tagOfState(state: string): string | null {
  return token.test(state) ? tagOf(state) : null;
}

export function createAttempts({
  ephemeralStore,
  clock,
  source,
}: {
  readonly ephemeralStore: EphemeralStore;
  readonly clock: EnrollmentClock;
  readonly source: string;
}): Attempts {
  return Object.freeze({
    async keep({ state, cookie }: FreshAttempt, { resume, kept }: Attempt) {
      const record = JSON.stringify({ v: 1, source, at: clock.now(), resume, kept });
      await ephemeralStore.set(keyOf(state, cookie.value), record, keptSeconds);
    },

    async take(state: string, cookie: string | undefined, answer: string) {
      if (cookie === undefined) throw new SourceProblem('state.unbound');
      if (!token.test(state) || !token.test(cookie)) throw new SourceProblem('state.unknown');
      const key = keyOf(state, cookie);
      const text = await ephemeralStore.peek(key);
      if (text === null) throw new SourceProblem('state.unknown');
      const { source: its, resume, kept, at, use } = read(text);
      const mine: Use = { answer, usedAt: clock.now(), by: randomToken(16) };
      const first = use ?? (await firstUse(key, mine));
      if (first.by === mine.by) {
        // The secrets are removed. A failure to store this is ignored: the use is already recorded.
        const note = JSON.stringify({ v: 1, source: its, at, resume, kept: {}, use: { ...mine } });
        await ephemeralStore.set(key, note, keptSeconds).catch(() => undefined);
      }
      // An answer at another source's callback also uses up the attempt.
      if (its !== source) throw new SourceProblem('state.other_source');
      if (first.by === mine.by) return { resume, kept, earlier: null, late: mine.usedAt - at > callbackSeconds * 1000 };
      return { resume, kept: {}, earlier: { answer: first.answer, agoMs: mine.usedAt - first.usedAt }, late: false };
    },
  });

  /** The first of concurrent uses; all callers get the same one. */
  async function firstUse(key: string, mine: Use): Promise<Use> {
    const use = useOf(parseJson(await ephemeralStore.setIfAbsent(`${key}:use`, JSON.stringify(mine), keptSeconds)));
    if (use === null) throw new SourceProblem('state.unknown', 'unreadable');
    return use;
  }

  function read(text: string): Attempt & { readonly source: unknown; readonly at: number; readonly use: Use | null } {
    const { v, source: its, at, resume, kept, use } = parseJson(text) ?? {};
    if (v !== 1 || typeof at !== 'number' || !isJsonObject(resume) || !isJsonObject(kept))
      throw new SourceProblem('state.unknown', 'unreadable');
    return { source: its, resume, kept, at, use: useOf(use) };
  }
}

interface Use {
  readonly answer: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  /** Random: identifies the request. */
  readonly by: string;
}

function useOf(value: unknown): Use | null {
  if (!isJsonObject(value)) return null;
  const { answer, usedAt, by } = value;
  if (typeof answer !== 'string' || typeof usedAt !== 'number' || typeof by !== 'string') return null;
  return { answer, usedAt, by };
}

function tagOf(state: string): string {
  return digest128(`tag ${state}`).slice(0, 12);
}

/**
 * The cookie is part of the key: without the browser that started the sign-in a state is useless, and an observer of
 * the state cannot use it up.
 */
function keyOf(state: string, cookie: string): string {
  return `source:${digest128(`${state} ${cookie}`)}`;
}
