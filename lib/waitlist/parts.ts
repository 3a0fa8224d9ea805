import type { EnrollmentClock, When } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { EventSink } from '../ports/events.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { SendInvitation, WaitlistStore } from '../ports/waitlist-store.js';

/** How the invitations of one approval are to be; the address, the tenant and one use come from the entry. */
export interface InvitationTerms {
  /** Default 30 days from now. */
  readonly expires?: When | null;
  readonly notBefore?: When;
  /** Written to the account; at most 8 kB as JSON. */
  readonly data?: JsonObject;
  readonly label?: string;
  readonly note?: string;
  readonly creator?: string;
  /** The only flow that takes it. */
  readonly flow?: string;
  /** A path of the app to go to at the end. */
  readonly redirect?: string;
}

/** The terms with what the entry adds. */
export interface InvitationOrder extends InvitationTerms {
  readonly email: string;
  readonly tenant?: string;
  readonly uses: 1;
}

export interface MadeInvitation {
  readonly id: string;
  readonly code: string;
  readonly url: string | null;
}

/** What the waitlist needs of invitations. */
export interface InvitationMaker {
  /** @throws ERR_ENROLLMENT_INVITATION for terms that do not hold */
  check(order: InvitationOrder): void;
  create(order: InvitationOrder): Promise<MadeInvitation>;
  /** Ends it; waits for accounts that are being written under it. */
  revoke(id: string): Promise<{ readonly redeemed: number; readonly stillOpen: number }>;
  /** What is known of invitations, in order; `null`: there is none under this id. */
  snapshot(
    ids: readonly string[],
  ): Promise<readonly ({ readonly expires: number | null; readonly redeemed: number } | null)[]>;
}

export interface WaitlistParts {
  readonly store: WaitlistStore;
  readonly invitations: InvitationMaker;
  readonly rateLimiter: RateLimiter;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** `null`: the codes go to who approves. */
  readonly send: SendInvitation | null;
  /** Whether a member has this canonical address. */
  hasAccount(email: string): Promise<boolean>;
  /** For who names none. */
  readonly locale: string;
  /** How long one letter may take, in seconds; default 60. */
  readonly sendSeconds?: number;
}
