import type { Texts } from '../../base/message.js';

/** What a guard says itself; the rest it takes from the invitations' sentences. */
export const guardTexts: Texts = Object.freeze({
  'guard.required': 'Enter your invitation code.',
  'guard.away': 'We can’t check your invitation right now. It isn’t used up. Please try again in a moment.',
  'guard.foreign': 'This form was sent from another site. Open it here and try again.',
  'guard.redeemed': 'Your account is ready. Sign in.',
});
