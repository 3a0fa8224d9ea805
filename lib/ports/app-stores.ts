import type { Consents } from './consents.js';
import type { FlowStore } from './flow-store.js';
import type { InvitationStore } from './invitation-store.js';
import type { RateLimiter } from './rate-limiter.js';
import type { EphemeralStore } from './ephemeral-store.js';
import type { MailSuppressions } from './mail-suppressions.js';
import type { MailRecords } from './mail-records.js';
import type { Outbox } from './outbox.js';
import type { PlanStore } from './plan-store.js';
import type { TicketStore } from './ticket-store.js';
import type { WaitlistStore } from './waitlist-store.js';

/** The app's own stores. What is left out is kept in Redis, or in memory where the app has none. */
export interface AppStores {
  /** Running plans. */
  readonly plans?: PlanStore | undefined;
  /** Versions of flows; see `flowFiles.stored`. */
  readonly flows?: FlowStore | undefined;
  /** Invitations and their seats. */
  readonly invitations?: InvitationStore | undefined;
  /** Values that are used once, such as the state of a sign-in at a provider. */
  readonly ephemeral?: EphemeralStore | undefined;
  /** Counters with a window, such as wrong codes of a client. */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Deliveries of webhooks, of mails, of `onEnrolled` and of `onInvitationAccepted`. */
  readonly outbox?: Outbox | undefined;
  /** What users allowed applications. */
  readonly consents?: Consents | undefined;
  /** What became of mails. */
  readonly mails?: MailRecords | undefined;
  /** Addresses that get no more invitations by email. */
  readonly suppressions?: MailSuppressions | undefined;
  /** One-time links for existing accounts. */
  readonly tickets?: TicketStore | undefined;
  /** The people who wait for an invitation. */
  readonly waitlist?: WaitlistStore | undefined;
}
