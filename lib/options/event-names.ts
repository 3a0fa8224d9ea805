import type { EventName } from '../ports/events.js';

/** Every event that a webhook may request. The compiler makes sure that none is missing. */
const known: Readonly<Record<Exclude<EventName, `delivery.${string}`>, true>> = {
  'invitation.created': true,
  'invitation.refused': true,
  'invitation.claimed': true,
  'invitation.released': true,
  'invitation.redeemed': true,
  'invitation.revoked': true,
  'invitation.restored': true,
  'invitation.edited': true,
  'invitation.held': true,
  'invitation.erased': true,
  'invitation.throttled': true,
  'invitation.address_differs': true,
  'enrollment.finished': true,
  'login.succeeded': true,
  'login.failed': true,
  'login.throttled': true,
  logout: true,
  'plan.finished': true,
  'source.identified': true,
  'source.failed': true,
  'source.linked': true,
  'plan.throttled': true,
  'plan.unreadable': true,
  'availability.throttled': true,
  'policy.failed': true,
  'store.away': true,
  'waitlist.asked': true,
  'waitlist.approved': true,
  'waitlist.sent': true,
  'waitlist.failed': true,
  'waitlist.refused': true,
  'waitlist.joined': true,
};

export const eventNames: readonly string[] = Object.freeze(Object.keys(known));
