import { message } from '../../base/message.js';
import type { IdentityDenial, IdentityDenialReason } from '../../ports/identities.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';

/** A denial with its own sentence. */
export function denyIdentity(
  reason: Exclude<IdentityDenialReason, 'another_account'>,
  { sourceName }: Pick<PendingIdentity, 'sourceName'>,
): IdentityDenial {
  return { type: 'denied', reason, message: message(`source.${reason}`, { source: sourceName }) };
}
