import { message, minutesOf, type Message, type Texts } from '../../base/message.js';
import type { RefusalCause } from '../../ports/invitation-store.js';

/** Every reason why a code or an invitation is not taken. */
export type Refusal =
  RefusalCause | 'other_tenant' | 'other_flow' | 'other_email' | 'no_person' | 'inviter' | 'typo' | 'throttled';

/**
 * `uniform` never reveals that a code exists or existed; `plain` says what a person needs to know and a guesser cannot
 * use.
 */
export type RefusalStyle = 'plain' | 'uniform';

export const invitationTexts: Texts = Object.freeze({
  'invitation.unknown': 'We can’t find an invitation with this code. Check the code, or ask whoever invited you.',
  'invitation.typo': 'This code has a typo. Check it against your invitation.',
  'invitation.unreadable': 'That doesn’t look like an invitation code. Copy the code from your invitation.',
  'invitation.expired': 'This invitation has expired. Ask whoever invited you for a new one.',
  'invitation.used_up': 'This invitation has already been used. If that was you, sign in. If not, ask for a new one.',
  'invitation.held': 'This invitation is being used right now. Try again in a minute.',
  'invitation.already': 'You’ve already used this invitation. Sign in with the account you created.',
  'invitation.no_person': 'This invitation allows one account per person. Enter your email address to use it.',
  'invitation.other_email': 'This invitation is for another email address. Use the address it was sent to.',
  'invitation.too_many_held':
    'Too many people at your address are signing up with this invitation. Try again in {minutes} min.',
  'invitation.throttled': 'Too many wrong codes. Try again in {minutes} min.',
});

const plainToAnyone: ReadonlySet<Refusal> = new Set(['expired', 'used_up', 'held']);

/** What the visitor is told. `accepted` is true when the code itself was accepted before: then the address is no secret. */
export function refusalMessage(refusal: Refusal, style: RefusalStyle, accepted: boolean): Message {
  if (refusal === 'typo') return message('invitation.typo');
  if (
    style === 'plain' &&
    (plainToAnyone.has(refusal) ||
      (accepted && (refusal === 'other_email' || refusal === 'already' || refusal === 'no_person')))
  )
    return message(`invitation.${refusal}`);
  return message('invitation.unknown');
}

export function throttledMessage(
  retryAfterSeconds: number,
  id: 'invitation.throttled' | 'invitation.too_many_held' = 'invitation.throttled',
): Message {
  return message(id, { minutes: minutesOf(retryAfterSeconds) });
}

const toldOfRightCodes: ReadonlySet<string> = new Set([
  ...[...plainToAnyone].map((refusal) => `invitation.${refusal}`),
  'invitation.too_many_held',
]);

/** True for a refusal that tells that the code itself was right: it is no wrong guess, and must not count as one. */
export function isOfRightCode({ id }: Message): boolean {
  return toldOfRightCodes.has(id);
}
