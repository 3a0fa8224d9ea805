import type {
  FinishOutcome,
  ProviderSource,
  SourceDefinition,
  SourceFailure,
  SourceIdentity,
} from '../../../lib/ports/source.js';
import { createSourceRegistry, type SourceRegistry } from '../../../lib/sources/source-registry.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import type { EphemeralStore } from '../../../lib/ports/ephemeral-store.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';

/** The kit's part of a sign-in, without Express: sources, and a browser's cookies. */
export interface SourceFixture {
  readonly sources: SourceRegistry;
  readonly source: ProviderSource;
  readonly clock: FakeClock;
  readonly ephemeralStore: EphemeralStore;
  /** The cookies of one browser. */
  readonly cookies: Map<string, string>;
  /** Starts at a source, keeps the cookie, and returns the address to which the browser is redirected. */
  start(settings?: StartSettings): Promise<URL>;
  /** Returns with this query; the cookies are the browser's unless others are set. */
  comeBack(
    query: URLSearchParams | string,
    settings?: { readonly source?: ProviderSource; readonly cookies?: ReadonlyMap<string, string> },
  ): Promise<FinishOutcome>;
}

interface StartSettings {
  readonly source?: ProviderSource;
  readonly resume?: Readonly<Record<string, string>>;
  readonly loginHint?: string;
  readonly otherAccount?: boolean;
}

export const baseUrl = 'http://127.0.0.1:9/join';

export function openManager(
  definitions: SourceDefinition | readonly SourceDefinition[],
  given: { readonly ephemeralStore?: EphemeralStore } = {},
): SourceFixture {
  // The provider uses real time.
  const clock = fakeClock(Date.now());
  const ephemeralStore = given.ephemeralStore ?? createMemoryEphemeralStore({ clock });
  const sources = createSourceRegistry([definitions].flat(), {
    ephemeralStore,
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    baseUrl,
  });
  const first = sources.all.find((source) => source.kind !== 'admitted');
  if (first === undefined) throw new Error('no source');
  const cookies = new Map<string, string>();
  return {
    sources,
    source: first,
    clock,
    ephemeralStore,
    cookies,
    async start({ source = first, resume = { flow: 'invite' }, ...more } = {}) {
      const begun = await source.begin({ resume, ...more });
      if (begun.type === 'failed') throw new Error(`did not start: ${begun.reason} ${begun.detail}`);
      cookies.set(begun.cookie.tag, begun.cookie.value);
      return new URL(begun.to);
    },
    comeBack: (query, { source = first, cookies: theirs = cookies } = {}) =>
      source.finish({ parameters: String(query), cookie: (tag) => theirs.get(tag) }),
  };
}

export function identityIn(outcome: FinishOutcome): SourceIdentity {
  if (outcome.type === 'failed') throw new Error(`nobody was recognized: ${outcome.reason} ${outcome.detail}`);
  return outcome.identity;
}

export function failureIn(outcome: { readonly type: string }): SourceFailure {
  if (outcome.type !== 'failed') throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome as SourceFailure;
}

export function providerOf({ sources }: SourceFixture, slug: string): ProviderSource {
  const source = sources.get(slug);
  if (source === null || source.kind === 'admitted') throw new Error(`no provider ${slug}`);
  return source;
}
