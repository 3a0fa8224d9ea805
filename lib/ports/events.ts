/** Facts of `enrollment.finished`: an account is written. Emitted at least once for each. */
export type FinishedEnrollment = {
  readonly user: string;
  /** The invitation's id; `null`: none was required. */
  readonly invitation: string | null;
  /** `null`: outside flows, or found by settling, long after. */
  readonly flow: string | null;
  /** The same for every event about the same account. */
  readonly enrollment: string;
};

/** An existing account has accepted an invitation. */
export type AcceptedInvitation = {
  readonly user: string;
  readonly invitation: string;
  /** `null`: outside flows, or found by settling, long after. */
  readonly flow: string | null;
  /** The same for every event about the same acceptance. */
  readonly enrollment: string;
};

/** The name of a limit that was passed, and how many attempts it allows. */
type PassedLimit = { readonly limit: string; readonly points: number };

/**
 * The facts of each event: ids, counts and causes as JSON, never codes, passwords, tokens, names or addresses. New
 * events may be added; names are never reused. docs/events.md says when each is emitted.
 */
export type EventFacts = {
  readonly 'enrollment.finished': FinishedEnrollment;
  readonly 'invitation.created': {
    readonly id: string;
    readonly kind: string;
    readonly creator: string | null;
    readonly inviter: string | null;
    readonly tenant: string | null;
  };
  readonly 'invitation.mailed': {
    readonly id: string;
    /** The id of the mail. */
    readonly mail: string;
    readonly inviter: string | null;
    readonly tenant: string | null;
  };
  readonly 'invitation.declined': {
    readonly id: string;
    readonly inviter: string | null;
    readonly tenant: string | null;
  };
  readonly 'invitation.reissued': { readonly id: string; readonly replacedBy: string; readonly by: string | null };
  readonly 'invitation.edited': { readonly id: string; readonly fields: readonly string[]; readonly by: string | null };
  readonly 'invitation.revoked': { readonly id: string; readonly inFlight: number; readonly by: string | null };
  readonly 'invitation.restored': { readonly id: string; readonly by: string | null };
  readonly 'invitation.held': { readonly id: string };
  readonly 'invitation.claimed': { readonly id: string; readonly seat: string };
  readonly 'invitation.released': { readonly id: string; readonly seat: string };
  readonly 'invitation.redeemed': {
    readonly id: string;
    readonly seat: string;
    readonly user: string;
    readonly enrollment: string;
  };
  readonly 'invitation.accepted': {
    readonly id: string;
    readonly seat: string;
    readonly user: string;
    readonly enrollment: string;
  };
  readonly 'invitation.address_differs': { readonly id: string; readonly enrollment: string };
  readonly 'invitation.erased': { readonly invitations: readonly string[]; readonly by: string | null };
  readonly 'invitation.refused': { readonly cause: string; readonly id: string | null; readonly reference: string };
  readonly 'invitation.throttled': PassedLimit;
  readonly 'account.address_released': { readonly user: string };
  readonly 'account.address_restored': { readonly user: string };
  readonly 'account.deleted': { readonly user: string; readonly flow: string };
  readonly 'authenticator.added': { readonly user: string; readonly authenticator: string };
  readonly 'authenticator.removed': { readonly user: string; readonly authenticator: string };
  readonly 'authenticator.counter_regressed': { readonly user: string; readonly authenticator: string };
  readonly 'flows.changed': {
    readonly version: number;
    readonly by: string;
    /** Their slugs. */
    readonly flows: readonly string[];
    readonly rolledBackTo: number | null;
  };
  readonly 'login.succeeded': { readonly flow: string; readonly user: string };
  readonly 'login.failed': {
    readonly plan: string;
    readonly cause: 'unknown' | 'password' | 'no_password' | 'inactive' | 'second_factor' | 'passkey';
    readonly user: string | null;
  };
  readonly 'login.throttled': PassedLimit;
  readonly logout: { readonly user: string };
  readonly 'mail.sent': { readonly id: string; readonly kind: string };
  readonly 'mail.failed': {
    readonly id: string;
    readonly flow: string;
    readonly kind: string;
    /** `unknown`: it may have arrived. */
    readonly state: 'failed' | 'unknown';
  };
  readonly 'mail.withdrawn': { readonly id: string; readonly kind: string };
  readonly 'mail.bounced': { readonly id: string; readonly kind: string };
  readonly 'mail.suppressed': {
    /** The invitation whose mail said so; `null`: the app did. */
    readonly invitation: string | null;
    readonly by: 'recipient' | 'app';
  };
  readonly 'mail.allowed': { readonly by: 'app' | 'waitlist' | 'sign_up' | 'fresh_link' };
  readonly 'mail.throttled': PassedLimit;
  readonly 'plan.finished': { readonly flow: string; readonly plan: string; readonly user: string | null };
  readonly 'plan.throttled': PassedLimit;
  readonly 'plan.unreadable': { readonly flow: string; readonly plan: string; readonly reason: string };
  readonly 'availability.throttled': PassedLimit;
  readonly 'link.failed': {
    readonly flow: string;
    readonly step: string;
    /** Its place in the stage's `links`, from 0. */
    readonly link: number;
    /** The flow that it leads to. */
    readonly to: string | null;
    readonly reference: string;
  };
  readonly 'policy.failed': {
    readonly flow: string;
    readonly step: string | null;
    readonly policy: string;
    readonly reference: string;
    readonly cause: 'exception' | 'timeout' | 'wrong_type';
  };
  readonly 'policy.dry_run': {
    readonly flow: string;
    readonly step: string | null;
    readonly policy: string;
    readonly result: 'pass' | 'fail' | 'no_verdict';
  };
  readonly 'source.identified': {
    readonly source: string;
    readonly outcome: 'sign_in' | 'connect' | 'enroll' | 'denied';
  };
  readonly 'source.failed': { readonly source: string; readonly reason: string; readonly reference: string };
  readonly 'source.linked': { readonly source: string; readonly user: string };
  readonly 'source.unlinked': { readonly source: string; readonly user: string };
  readonly 'store.away': { readonly reference: string; readonly code: string | null };
  readonly 'ticket.created': {
    readonly id: string;
    readonly purpose: string;
    readonly user: string;
    readonly flow: string;
    readonly inviter: string | null;
    readonly tenant: string | null;
  };
  readonly 'ticket.used': { readonly id: string };
  readonly 'ticket.ended': { readonly id: string; readonly cause: string };
  readonly 'waitlist.asked': { readonly id: string; readonly tenant: string | null };
  /** `invitation`: the one that has ended. */
  readonly 'waitlist.asked_again': {
    readonly id: string;
    readonly tenant: string | null;
    readonly invitation: string;
  };
  readonly 'waitlist.approved': { readonly id: string; readonly invitation: string; readonly by: string | null };
  readonly 'waitlist.sent': {
    readonly id: string;
    readonly invitation: string;
    /** The id of the mail; `null`: the app sends its own. */
    readonly mail: string | null;
  };
  readonly 'waitlist.failed': {
    readonly id: string;
    readonly invitation: string;
    /** The id of the mail; `null`: there is none, or the app sends its own. */
    readonly mail: string | null;
    readonly error: string;
  };
  readonly 'waitlist.refused': { readonly id: string; readonly by: string | null };
  readonly 'waitlist.joined': { readonly id: string; readonly invitation: string | null };
  readonly 'delivery.failed': {
    readonly id: string;
    readonly kind: string;
    readonly attempts: number;
    readonly error: string;
  };
  readonly 'delivery.dropped': { readonly howMany: number; readonly why: string };
};

export type EventName = keyof EventFacts;

/** One event: its facts, with the discriminating `type`. */
export type EnrollmentEvent = { [Type in EventName]: { readonly type: Type } & EventFacts[Type] }[EventName];

/** Receives events. Must not throw; its return value is not awaited. */
export type EventSink = (event: EnrollmentEvent) => void;
