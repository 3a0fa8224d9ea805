import type { Keyring } from './keyring.js';

// No plan's id begins like this: those are base64url.
const prefix = 'acceptance:';

/**
 * The enrollment id under which an existing account accepts an invitation. It is the same for every attempt, so that
 * one account takes one seat. Keyed, so that the id of an erased account cannot be guessed from it: by the secret that
 * keyed the invitation's own id, without which its code does not work either.
 */
export function acceptanceId(
  keyring: Keyring,
  invitation: { readonly id: string; readonly keyId: string },
  account: string,
): string {
  const { id, keyId } = invitation;
  return prefix + keyring.under(keyId).sign('invitation', `acceptance:${JSON.stringify([id, account])}`);
}

/** True for the enrollment id of an account that was there before: no account was created under it. */
export function isAcceptance(enrollmentId: string): boolean {
  return enrollmentId.startsWith(prefix);
}
