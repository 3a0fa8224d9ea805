import { digest128 } from '../base/ids.js';
import type { SourcesWeb } from '../http/sources/sources-web.js';
import type { EventSink } from '../ports/events.js';
import type { IdentityEnrollment } from '../ports/identity-enrollment.js';
import type { Identities } from '../ports/identities.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import { decideIdentity } from '../sources/identities/decide-identity.js';
import { createIdentities } from '../sources/identities/identities.js';
import { createIdentityEnrollment } from '../sources/identities/identity-enrollment.js';
import { createSources } from '../sources/sources.js';
import type { Stores } from '../stores/stores.js';
import { connectionsWithTimeout, lookUpWithTimeout } from '../users/users-with-timeout.js';
import type { EnrollmentConfig } from '../options/options.js';
import { flowOfRole } from './source-flows.js';

/**
 * Sign-ins at providers that one address may begin in ten minutes without coming back from there: each keeps something
 * in the store for an hour. A whole office may have one address.
 */
const mostStarts = 100;
const windowSeconds = 600;

interface ComposedSources<User> {
  readonly web: SourcesWeb;
  readonly identities: Identities;
  /** How accounts are made for identities. */
  readonly identified: IdentityEnrollment<User>;
}

interface SourcesParts<User> {
  readonly stores: Stores;
  readonly users: UserStore<User>;
  readonly redemptions: Redemptions | null;
  readonly events: EventSink;
}

/** Composes the sources and the handling of the identities that they return; `null` when there are no sources. */
export function composeSources<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { stores, users, redemptions, events }: SourcesParts<User>,
): ComposedSources<User> | null {
  const { site, clock, logger: log } = config;
  const findUser = config.findUser === null ? null : lookUpWithTimeout(config.findUser);
  const gate = flowOfRole(config.flows, 'enrollment');
  const authentication = flowOfRole(config.flows, 'authentication');
  const connect = flowOfRole(config.flows, 'connection');
  if (config.sources.length === 0 || config.connections === null) return null;
  const connections = connectionsWithTimeout(config.connections);
  if (gate === undefined || authentication === undefined || connect === undefined) return null;
  const { ephemeralStore } = stores;
  const all = createSources(config.sources, { ephemeralStore, clock, log, baseUrl: site.origin + site.mount });
  const looks = new Map(all.looks.map((look) => [look.slug, look]));
  const manager = {
    terms: (slug: string) => looks.get(slug)?.terms ?? null,
    enabled: async (slug: string) => (await looks.get(slug)?.enabled()) ?? false,
  };
  const identities = createIdentities({ manager, connections, users, redemptions, ephemeralStore, clock, events, log });
  const asksPasswords = connect.bindings.some(({ stage }) => stage.requires.includes('credentials'));

  const decision = { manager, users, connections, redemptions, identities, findUser, asksPasswords };

  const web = Object.freeze<SourcesWeb>({
    all,
    gate,
    authentication,
    connect,
    decide: (identity, signedIn) => decideIdentity(decision, identity, signedIn),
    async mayStart(address) {
      const { taken } = await stores.rateLimiter.consume(startsOf(address), windowSeconds);
      return taken <= mostStarts;
    },
    async recordSuccess(address) {
      try {
        await stores.rateLimiter.reward(startsOf(address), windowSeconds);
      } catch (error) {
        // The count expires by itself, so the sign-in goes on.
        log.warn({ err: error }, 'a sign-in at a provider could not be given back');
      }
    },
  });
  const identified = createIdentityEnrollment({ users, connections, redemptions, identities, log });
  return Object.freeze({ web, identities, identified });
}

const startsOf = (address: string): string => `source:${digest128(address)}`;
