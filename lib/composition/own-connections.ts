import type { EnrollmentConfig } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { OwnConnections } from '../ports/own-connections.js';
import type { SessionsService } from '../ports/user-sessions.js';
import type { TracedIdentities } from '../sources/identities/identities.js';
import { createOwnConnections } from '../users/own-connections.js';
import type { SignInMethods } from '../users/sign-in-methods.js';
import { connectionsWithTimeout } from '../users/users-with-timeout.js';

/** Composes what users do with their connections; `null` where the store cannot list and remove them. */
export function composeOwnConnections<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly methods: SignInMethods;
    readonly sources: { readonly identities: Pick<TracedIdentities, 'healedBy'> };
    readonly sessions: Pick<SessionsService, 'endEvidence'>;
    readonly events: EventSink;
  },
): OwnConnections | null {
  if (config.connections === null) return null;
  const { list, unlink } = connectionsWithTimeout(config.connections);
  if (list === undefined || unlink === undefined) return null;
  return createOwnConnections({
    connections: { list, unlink },
    methods: parts.methods,
    nameOf: (slug) => nameOf(config, slug),
    settle: (identity) => parts.sources.identities.healedBy(identity),
    endEvidence: (userId) => parts.sessions.endEvidence(userId),
    events: parts.events,
  });
}

/** The name of the source with this slug; `null`: the app has none. */
function nameOf<User, Data>({ sources }: Pick<EnrollmentConfig<User, Data>, 'sources'>, slug: string): string | null {
  return sources.find((source) => source.slug === slug)?.name ?? null;
}
