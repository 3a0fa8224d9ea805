import type { ProvedRequest } from './account-lock.js';
import type { ExternalIdentity } from './connections.js';
import type { Announce } from './mail-notices.js';

/** A connection, as its user sees it. */
export interface OwnConnection {
  /** A digest of the identity: the person's id at the provider is not shown. */
  readonly id: string;
  /** The source's slug. */
  readonly source: string;
  /** The source's name; the slug of a source that the app no longer has. */
  readonly sourceName: string;
  /** Milliseconds since 1970; `null`: not known. */
  readonly since: number | null;
}

/** What stages may do with the connections of the signed-in user. */
export interface OwnConnections {
  /** By source. @throws ERR_ENROLLMENT_STORE_AWAY (503) */
  list(userId: string): Promise<readonly OwnConnection[]>;
  /**
   * Removes one. `absent`: this user has none with this id. `last`: without it the user could not sign in; nothing is
   * removed. `busy`: another removal of this user is under way. `ended`: what proved the user was ended meanwhile;
   * nothing is removed.
   */
  disconnect(
    userId: string,
    id: string,
    request: ProvedRequest & { readonly announce?: Announce<ExternalIdentity> },
  ): Promise<'removed' | 'absent' | 'last' | 'busy' | 'ended'>;
}
