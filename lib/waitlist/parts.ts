import type { EnrollmentClock, When } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { EventSink } from '../ports/events.js';
import type { MailState } from '../ports/mail-queue.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { SendInvitation, WaitlistStore } from '../ports/waitlist-store.js';

/** The terms for the invitations of one approval; the address, the tenant and one use come from the entry. */
export interface InvitationTerms {
  /** Default 30 days from now. */
  readonly expires?: When | null;
  readonly notBefore?: When;
  /** Written to the account; at most 8 kB as JSON. */
  readonly data?: JsonObject;
  readonly label?: string;
  readonly note?: string;
  readonly creator?: string;
  /** The only flow that accepts it. */
  readonly flow?: string;
  /** A path of the app to redirect to at the end. */
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

/** Mails the invitations of approved entries. */
export interface InvitationMailer {
  /**
   * Creates an invitation that can be mailed. Its code is in the mail alone. It takes the place of earlier ones of the
   * address, and of `instead`, an invitation's id; with `keep` it stands beside them.
   */
  create(
    order: InvitationOrder,
    locale: string,
    settings: { readonly keep: boolean; readonly instead: string | null },
  ): Promise<MadeInvitation>;
  /** Orders its mail, unless it was ordered. What it takes the place of ends before the mail is sent. */
  order(invitation: string, entry: string): Promise<void>;
  /** The ones that it was to take the place of go on, and have their places below the ceilings again. */
  keepEarlier(invitation: string): Promise<void>;
}

/** What became of a mail. `at`: in milliseconds since 1970. */
export interface NewestMail {
  readonly id: string;
  readonly state: MailState;
  readonly at: number;
}

/** The mails of invitations, where the kit sends them. */
export interface InvitationMails {
  /** The invitation that a mail is of, by the mail's id; `null`: none. */
  invitationOf(mail: string): string | null;
  /** True where a mail of the invitation was ordered. */
  isMailed(invitation: string): Promise<boolean>;
  /** The newest mail of an invitation; `null`: there is none. */
  newestOf(invitation: string): Promise<NewestMail | null>;
  /** The invitation that this one is the new code of; `null`: it is none. */
  replacedOf(invitation: string): Promise<string | null>;
  /** Its new code; `null`: it has none. */
  replacementOf(invitation: string): Promise<string | null>;
}

/** The functions that the waitlist needs from invitations. */
export interface InvitationMaker {
  /** @throws ERR_ENROLLMENT_INVITATION for terms that do not hold */
  check(order: InvitationOrder): void;
  create(order: InvitationOrder): Promise<MadeInvitation>;
  /** Revokes it; waits for accounts that are being written with it. */
  revoke(id: string): Promise<{ readonly redeemed: number; readonly stillOpen: number }>;
  /** Takes back a revocation of a moment ago, whatever stands beside it. */
  restore(id: string): Promise<unknown>;
  /** The known state of invitations, in order; `null`: there is none with this id. */
  snapshot(ids: readonly string[]): Promise<readonly (KnownInvitation | null)[]>;
}

interface KnownInvitation {
  readonly expires: number | null;
  readonly redeemed: number;
  /** Accounts that are being written with it, but for those whose process died. */
  readonly claimed: number;
  /** True: declined, revoked or expired, with neither an account nor one that is being written. */
  readonly hasEnded: boolean;
}

export interface WaitlistParts {
  readonly store: WaitlistStore;
  readonly invitations: InvitationMaker;
  readonly rateLimiter: RateLimiter;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** The app's own way to send letters. */
  readonly send: SendInvitation | null;
  /** Sends them where `send` is `null`. Both `null`: the codes are returned to the approver. */
  readonly mailer: InvitationMailer | null;
  /** What became of them; left out or `null`: the kit mails none. */
  readonly mails?: InvitationMails | null;
  /** Addresses that get no more invitations by email; `null`: the app mails none. */
  readonly suppressions: Pick<SuppressionList, 'find' | 'allow'> | null;
  /** Whether a member has this canonical address. */
  hasAccount(email: string): Promise<boolean>;
  /** For entries that name none. */
  readonly locale: string;
  /** How long sending one message may take, in seconds; default 60. */
  readonly sendSeconds?: number;
}

/** What mails the invitations; `null`: the app sends them itself, or the codes are returned. */
export function kitMailer({ send, mailer }: Pick<WaitlistParts, 'send' | 'mailer'>): InvitationMailer | null {
  return send === null ? mailer : null;
}
