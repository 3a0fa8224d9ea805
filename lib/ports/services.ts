import type { Acceptances } from './acceptances.js';
import type { Accounts } from './accounts.js';
import type { AddressUndo } from './address-undo.js';
import type { CaptchaServices } from './captcha.js';
import type { Consents } from './consents.js';
import type { Credentials } from './credentials.js';
import type { EphemeralStore } from './ephemeral-store.js';
import type { FlowLinks } from './flow-links.js';
import type { InvitationDecline } from './invitation-decline.js';
import type { FreshInvitations } from './fresh-invitations.js';
import type { Identities } from './identities.js';
import type { InvitationGate } from './invitation-gate.js';
import type { EnrollmentLogger } from './log.js';
import type { MailCodes } from './mail-codes.js';
import type { MailNotices } from './mail-notices.js';
import type { SuppressionList } from './mail-suppressions.js';
import type { MailQueue } from './mail-queue.js';
import type { OwnConnections } from './own-connections.js';
import type { Passkeys } from './passkeys.js';
import type { Passwords } from './passwords.js';
import type { Profiles } from './profiles.js';
import type { RateLimiter } from './rate-limiter.js';
import type { Reputation } from './reputation.js';
import type { SecondFactors } from './second-factors.js';
import type { TicketGate } from './ticket-gate.js';
import type { SessionsService } from './user-sessions.js';
import type { WaitlistIntake } from './waitlist-store.js';
import type { WrongCodes } from './limits.js';

/** The ports that stages and policies may use, by name. */
export interface Services {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly invitations: InvitationGate;
  readonly passwords: Passwords;
  readonly profiles: Profiles;
  readonly reputation: Reputation;
  /** The sessions of the app's users. */
  readonly sessions: SessionsService;
  /** The app's log. Never log passwords, codes or tokens. */
  readonly log: EnrollmentLogger;
  /** Counters for your own definitions; their keys are separate from the kit's. */
  readonly rateLimiter: RateLimiter;
  /** Values that are used once, for your own definitions; their keys are separate from the kit's. */
  readonly ephemeralStore: EphemeralStore;
  /** The languages of the pages, each by its own name. Left out: not known. */
  readonly languages?: readonly { readonly tag: string; readonly name: string }[];
  /** Left out: the app has no mailer, or no flow that undoes. */
  readonly addressUndo?: AddressUndo;
  /** Left out: the app has no store of authenticators. */
  readonly secondFactors?: SecondFactors;
  /** Left out: the app has no store of authenticators. */
  readonly passkeys?: Passkeys;
  /** Left out: the app has no mailer. */
  readonly mailCodes?: MailCodes;
  /** Left out: the app has no mailer. */
  readonly mailNotices?: MailNotices;
  /** Left out: the app has no mailer. */
  readonly mails?: MailQueue;
  /** Left out: the app has no mailer, or sends no fresh links. */
  readonly freshInvitations?: FreshInvitations;
  /** Invited people who decline; left out: no page offers it. */
  readonly invitationDecline?: InvitationDecline;
  /** Addresses that get no more invitations; left out: no mail has a link that stops them. */
  readonly suppressions?: SuppressionList;
  /** Left out: links begin no flows. */
  readonly flowLinks?: FlowLinks;
  /** Left out: no flow takes tickets. */
  readonly tickets?: TicketGate;
  /** Left out: no flow has a captcha. */
  readonly captcha?: CaptchaServices;
  /** Left out: nothing is stored. */
  readonly consents?: Consents;
  /** Left out: wrong codes are not counted. */
  readonly wrongCodes?: WrongCodes;
  /** Left out: the app has no sources. */
  readonly identities?: Identities;
  /** Left out: the app has no sources, or its store of connections cannot list and remove them. */
  readonly connections?: OwnConnections;
  /** Left out: visitors cannot request an invitation. */
  readonly waitlist?: WaitlistIntake;
  /** Left out: the user store cannot record that an existing account accepts an invitation. */
  readonly acceptances?: Acceptances;
}
