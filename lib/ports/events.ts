import type { JsonObject } from '../base/json.js';

/** Names of what the kit tells; the list grows, names are never reused. docs/events.md says when, and with which facts. */
export type EventName =
  | 'invitation.created'
  | 'invitation.refused'
  | 'invitation.claimed'
  | 'invitation.released'
  | 'invitation.redeemed'
  | 'invitation.revoked'
  | 'invitation.restored'
  | 'invitation.edited'
  | 'invitation.held'
  | 'invitation.erased'
  | 'invitation.throttled'
  | 'invitation.address_differs'
  | 'enrollment.finished'
  | 'plan.finished'
  | 'delivery.failed'
  | 'delivery.dropped'
  | 'login.succeeded'
  | 'login.failed'
  | 'login.throttled'
  | 'logout'
  | 'source.identified'
  | 'source.failed'
  | 'source.linked'
  | 'plan.throttled'
  | 'plan.unreadable'
  | 'availability.throttled'
  | 'policy.failed'
  | 'store.away'
  | 'waitlist.asked'
  | 'waitlist.approved'
  | 'waitlist.sent'
  | 'waitlist.failed'
  | 'waitlist.refused'
  | 'waitlist.joined';

/** Facts of `enrollment.finished`: an account is written. Told at least once for each. */
export type FinishedEnrollment = {
  readonly user: string;
  /** The invitation's id; `null`: it needed none. */
  readonly invitation: string | null;
  /** `null`: outside flows, or found by settling, long after. */
  readonly flow: string | null;
  /** The same whenever the same account is told of. */
  readonly enrollment: string;
};

/** Takes what happened. Must not throw; what it returns is not awaited. */
export type EventSink = (name: EventName, facts: JsonObject) => void;
