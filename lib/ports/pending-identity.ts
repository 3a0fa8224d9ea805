import type { JsonObject } from '../base/json.js';
import type { ExternalIdentity } from './connections.js';

/** The identity that a source returned, as a plan keeps it for an hour. It never holds tokens of the provider. */
export interface PendingIdentity extends ExternalIdentity {
  /** The source's name for people. */
  readonly sourceName: string;
  /** Milliseconds since 1970. */
  readonly pendingSince: number;
  /** Canonical. */
  readonly email: string | null;
  /** True only where the provider said that the address is the person's. */
  readonly emailVerified: boolean;
  /** Further addresses that the provider vouches for; canonical. */
  readonly otherEmails: readonly string[];
  /** Canonical, and a proposal: somebody else may have it here. */
  readonly username: string | null;
  readonly name: string | null;
  /** What else the provider said and is kept; at most 4 kB as JSON. */
  readonly claims: JsonObject;
}

/**
 * How an identity that is not connected is held against accounts that exist, in authentik's words. `identifier`: not at
 * all. `…_link`: an account with exactly this address or name is connected. `…_deny`: such an account keeps the person out.
 */
export type MatchingMode = 'identifier' | 'email_link' | 'email_deny' | 'username_link' | 'username_deny';
