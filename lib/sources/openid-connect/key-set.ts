import type * as Jose from 'jose';
import type { EnrollmentClock } from '../../base/clock.js';
import { parseJson } from '../../base/json.js';
import { SourceProblem } from '../problem.js';
import type { ProviderHttp } from '../provider-http.js';

type Keys = ReturnType<typeof Jose.createLocalJWKSet>;

/** The keys that a provider signs with. */
export interface KeySet {
  /**
   * Runs `check` with the cached keys, and once more with freshly fetched keys if `ineligible` matches the first error:
   * a provider's key change takes effect at once.
   */
  use<T>(url: string, check: (keys: Keys) => Promise<T>, ineligible: (error: unknown) => boolean): Promise<T>;
}

const freshMs = 600_000;
/** Tokens with invented keys must not trigger a request each time. */
const pauseMs = 10_000;

/** Fetched at the first use, cached for ten minutes; concurrent callers share the request. */
export function createKeySet({
  http,
  clock,
}: {
  readonly http: ProviderHttp;
  readonly clock: EnrollmentClock;
}): KeySet {
  let known: { readonly keys: Keys; readonly at: number } | null = null;
  let asking: Promise<Keys> | null = null;

  async function ask(url: string): Promise<Keys> {
    const { status, text } = await http({ what: 'keys', url, headers: { accept: 'application/json' } });
    if (status !== 200) throw new SourceProblem(status >= 500 ? 'provider.away' : 'keys.malformed', `keys: ${status}`);
    const set = parseJson(text);
    if (!isKeyList(set)) throw new SourceProblem('keys.malformed');
    const { createLocalJWKSet } = await import('jose');
    const keys = createLocalJWKSet(set);
    known = { keys, at: clock.now() };
    return keys;
  }

  function fetched(url: string): Promise<Keys> {
    asking ??= ask(url).finally(() => {
      asking = null;
    });
    return asking;
  }

  return Object.freeze<KeySet>({
    async use(url, check, ineligible) {
      const present = known;
      if (present === null || present.at + freshMs <= clock.now()) return check(await fetched(url));
      try {
        return await check(present.keys);
      } catch (error) {
        if (!ineligible(error) || present.at + pauseMs > clock.now()) throw error;
        return check(await fetched(url));
      }
    },
  });
}

function isKeyList(value: unknown): value is Jose.JSONWebKeySet {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
}
