import type { DeliveryKind, MostWaiting } from '../ports/outbox.js';

const mostWaiting: MostWaiting = Object.freeze({
  enrolled: 100_000,
  accepted: 100_000,
  webhook: 100_000,
  mail: 20_000,
});

export const deliveryKinds: readonly DeliveryKind[] = Object.freeze(['enrolled', 'accepted', 'webhook', 'mail']);

/** The capacity of an outbox; one item has about 300 bytes. */
export const outboxLimits = Object.freeze({
  mostWaiting,
  mostFailed: 10_000,
  /** How long a delivered id is remembered: 25 hours, longer than a plan lives. */
  rememberedMs: 25 * 60 * 60 * 1000,
  mostRemembered: 100_000,
});

/** The registry of sessions. */
export const sessionLimits = Object.freeze({
  /** The sessions of one user; beyond it, those that expire first are ended. */
  perUser: 100,
  /** How long the end of a user's sessions is remembered: 25 hours, longer than a plan lives. */
  endedSeconds: 25 * 60 * 60,
});

/** How long an erasure is remembered, so that a late commit does not restore the person: a week. */
export const erasureSeconds = 7 * 24 * 60 * 60;

/** How many tickets of one subject are kept, and for how long after they expired: 30 days. */
export const ticketLimits = Object.freeze({ perSubject: 50, keptMs: 30 * 24 * 60 * 60 * 1000 });

/** The most versions of flows that are kept. */
export const flowLimits = Object.freeze({ mostKept: 500 });

/** How many records of mails that ended are kept, and for how long: 30 days. */
export const mailLimits = Object.freeze({ most: 50_000, keptMs: 30 * 24 * 60 * 60 * 1000 });
