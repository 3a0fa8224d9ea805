import type { JsonObject } from '../base/json.js';
import type { ExternalIdentity } from './connections.js';

/** The identity that a source returned, as a plan keeps it for an hour. It never contains tokens of the provider. */
export interface PendingIdentity extends ExternalIdentity {
  /** The source's name for display. */
  readonly sourceName: string;
  /** Milliseconds since 1970. */
  readonly pendingSince: number;
  /** Canonical. */
  readonly email: string | null;
  /** True only where the provider said that the address is the person's. */
  readonly emailVerified: boolean;
  /** Further addresses that the provider vouches for; canonical. */
  readonly otherEmails: readonly string[];
  /** Canonical, and only a suggestion: another account may have it here. */
  readonly username: string | null;
  readonly name: string | null;
  /** Further claims of the provider that are kept; at most 4 kB as JSON. */
  readonly claims: JsonObject;
}

/**
 * How an identity that is not connected is matched with existing accounts, in authentik's terms. `identifier`: not at
 * all. `…_link`: an account with exactly this address or name is connected. `…_deny`: an existing account with it
 * denies access.
 */
export type MatchingMode = 'identifier' | 'email_link' | 'email_deny' | 'username_link' | 'username_deny';
