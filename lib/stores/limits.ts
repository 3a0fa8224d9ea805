import type { MostWaiting } from '../ports/outbox.js';

const mostWaiting: MostWaiting = Object.freeze({ enrolled: 100_000, webhook: 100_000 });

/** How much an outbox keeps; one item has some 300 bytes. */
export const outboxLimits = Object.freeze({
  mostWaiting,
  mostFailed: 10_000,
  /** How long an id that was delivered is still known: 25 hours, longer than a plan lives. */
  rememberedMs: 25 * 60 * 60 * 1000,
  mostRemembered: 100_000,
});

/** For how long an erasure is remembered, so that a commit which comes late does not put the person back: a week. */
export const erasureSeconds = 7 * 24 * 60 * 60;
