import { mergeDeep, setPath, type JsonObject } from '../base/json.js';
import type { Flow } from '../flow/flow.js';
import { flowOfRole } from '../flows/source-flows.js';
import type { WebSources } from '../http/web.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { IdentityEnrollment } from '../ports/identity-enrollment.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import { enforcedDataOf } from './enforced-data.js';
import { decideIdentity } from '../sources/identities/decide-identity.js';
import { createIdentities, type TracedIdentities } from '../sources/identities/identities.js';
import { createIdentityEnrollment } from '../sources/identities/identity-enrollment.js';
import { createAccountRefresh } from '../sources/identities/refresh-account.js';
import { createSignInStarts } from '../sources/sign-in-starts.js';
import { createSourceRegistry } from '../sources/source-registry.js';
import type { Stores } from '../stores/stores.js';
import { createAccountLock } from '../users/account-lock.js';
import { connectionsWithTimeout, lookUpWithTimeout } from '../users/users-with-timeout.js';

interface ComposedSources<User> {
  readonly web: WebSources;
  readonly identities: TracedIdentities;
  /** Creates accounts for identities. */
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
  const { ephemeralStore, rateLimiter } = stores;
  const gate = flowOfRole(config.flows, 'enrollment');
  const authentication = flowOfRole(config.flows, 'authentication');
  const connect = flowOfRole(config.flows, 'connection');
  if (config.sources.length === 0 || config.connections === null) return null;
  if (gate === undefined || authentication === undefined || connect === undefined) return null;

  const sources = createSourceRegistry(config.sources, {
    ephemeralStore,
    clock,
    log,
    baseUrl: site.origin + site.mount,
  });
  const accountLock = createAccountLock(ephemeralStore);
  const parts = { sources, users, connections: connectionsWithTimeout(config.connections), redemptions, log };
  const identities = createIdentities({ ...parts, ephemeralStore, accountLock, clock, events });
  const deciding = {
    ...parts,
    identities,
    findUser: config.findUser === null ? null : lookUpWithTimeout(config.findUser),
    asksPasswords: connect.bindings.some(({ stage }) => stage.requires.includes('credentials')),
  };
  const refresh = createAccountRefresh({
    ...parts,
    identities,
    enforcedData: (userId) => enforcedDataOf(stores.invitations, userId),
    typed: typedData(config.flows),
  });
  return Object.freeze<ComposedSources<User>>({
    web: Object.freeze<WebSources>({
      ...sources,
      gate,
      authentication,
      connect,
      starts: createSignInStarts({ rateLimiter, log }),
      async decide(identity, signedIn, announce) {
        const decision = await decideIdentity({ ...deciding, announce }, identity, signedIn);
        if (decision.type === 'sign_in') await refresh(identity, decision.userId);
        return decision;
      },
    }),
    identities,
    identified: createIdentityEnrollment({ ...parts, identities, accountLock }),
  });
}

/** The keys of account data that flows write from what is typed. */
function typedData(flows: readonly Flow[]): JsonObject {
  const keys = flows.flatMap(({ bindings }) =>
    bindings.flatMap(({ stage }) => (!stage.asking && stage.creates ? stage.consumes : [])),
  );
  return keys.reduce<JsonObject>((typed, key) => mergeDeep(typed, setPath(key, true)), {});
}
