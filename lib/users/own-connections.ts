import { digest128 } from '../base/ids.js';
import type { Connections, ExternalIdentity } from '../ports/connections.js';
import type { EventSink } from '../ports/events.js';
import type { OwnConnections } from '../ports/own-connections.js';
import type { SignInMethods } from './sign-in-methods.js';

interface OwnConnectionsParts {
  readonly connections: Required<Pick<Connections, 'list' | 'unlink'>>;
  readonly methods: SignInMethods;
  /** The name of the source with this slug; `null`: there is none. */
  readonly nameOf: (slug: string) => string | null;
  /** Ends what an interrupted sign-up remembers about the identity: it would connect it again. */
  readonly settle: (identity: ExternalIdentity) => Promise<unknown>;
  /** What the identity proved before signs in no more. */
  readonly endEvidence: (userId: string) => Promise<void>;
  readonly events: EventSink;
}

export function createOwnConnections(parts: OwnConnectionsParts): OwnConnections {
  const { connections, methods, nameOf, settle, endEvidence, events } = parts;
  return Object.freeze<OwnConnections>({
    async list(userId) {
      const own = (await connections.list(userId)).map((one) => ({
        id: idOf(one),
        source: one.source,
        sourceName: nameOf(one.source) ?? one.source,
        since: one.linkedAt,
      }));
      return own.toSorted((one, other) => one.source.localeCompare(other.source));
    },

    async disconnect(userId, id, { holds, announce }) {
      const one = (await connections.list(userId)).find((row) => idOf(row) === id);
      if (one === undefined) return 'absent';
      const identity = { source: one.source, issuer: one.issuer, subject: one.subject };
      let tell: (() => void) | undefined;
      const outcome = await methods.removeUnlessLast(userId, { connection: identity }, async (held) => {
        if (!(await holds())) return 'ended';
        await settle(identity);
        tell = await announce?.(identity);
        // Before: where the process stops in between. After: what was proved in between.
        await endEvidence(userId);
        await held.confirm();
        await connections.unlink(userId, identity);
        await endEvidence(userId);
        return 'removed';
      });
      if (outcome === 'removed') {
        events({ type: 'source.unlinked', source: identity.source, user: userId });
        tell?.();
      }
      return outcome;
    },
  });
}

function idOf({ source, issuer, subject }: ExternalIdentity): string {
  return digest128(JSON.stringify([source, issuer, subject]));
}
