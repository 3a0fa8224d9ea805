import { message, minutesOf, type Message } from '../../base/message.js';
import type { MessageId } from '../../base/texts/english.js';
import type { RefusalCause } from '../../ports/invitation-store.js';

/** Every reason why a code or an invitation is refused. */
export type Refusal =
  RefusalCause | 'other_tenant' | 'other_flow' | 'other_email' | 'no_person' | 'inviter' | 'typo' | 'throttled';

/**
 * `uniform` never reveals that a code exists or existed; `plain` says what a visitor needs to know and a guesser cannot
 * use.
 */
export type RefusalStyle = 'plain' | 'uniform';

const plainToAnyone = new Map<Refusal, MessageId>([
  ['expired', 'invitation.expired'],
  ['used_up', 'invitation.used_up'],
  ['held', 'invitation.held'],
]);
const plainOnceAccepted = new Map<Refusal, MessageId>([
  ['other_email', 'invitation.other_email'],
  ['already', 'invitation.already'],
  ['no_person', 'invitation.no_person'],
]);

/**
 * The message for the visitor. `accepted` is true when the code itself was accepted before: then the address is no
 * secret.
 */
export function refusalMessage(refusal: Refusal, style: RefusalStyle, accepted: boolean): Message {
  if (refusal === 'typo') return message('invitation.typo');
  if (style === 'uniform') return message('invitation.unknown');
  const plain = plainToAnyone.get(refusal) ?? (accepted ? plainOnceAccepted.get(refusal) : undefined);
  return message(plain ?? 'invitation.unknown');
}

export function throttledMessage(
  retryAfterSeconds: number,
  id: 'invitation.throttled' | 'invitation.too_many_held' = 'invitation.throttled',
): Message {
  return message(id, { minutes: minutesOf(retryAfterSeconds) });
}

const toldOfRightCodes: ReadonlySet<string> = new Set([...plainToAnyone.values(), 'invitation.too_many_held']);

/** True for a refusal that reveals that the code itself was right: it is no wrong guess, and must not count as one. */
export function isOfRightCode({ id }: Message): boolean {
  return toldOfRightCodes.has(id);
}
