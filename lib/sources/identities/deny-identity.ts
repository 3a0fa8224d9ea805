import { message } from '../../base/message.js';
import type { IdentityDenial } from '../../ports/identities.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';

const texts = {
  lapsed: 'source.lapsed',
  disabled: 'source.disabled',
  inactive: 'source.inactive',
  disconnected: 'source.disconnected',
  taken: 'source.taken',
  sign_in_again: 'source.sign_in_again',
  matched: 'source.matched',
  sign_in_only: 'source.sign_in_only',
  no_address: 'source.no_address',
  no_username: 'source.no_username',
} as const;

/** A denial with its own sentence. */
export function denyIdentity(
  reason: keyof typeof texts,
  { sourceName }: Pick<PendingIdentity, 'sourceName'>,
): IdentityDenial {
  return { type: 'denied', reason, message: message(texts[reason], { source: sourceName }) };
}
