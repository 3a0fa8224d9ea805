import { kitPolicy, type Policy } from '../flow/policy.js';

/**
 * Passes where the account of a verified address never proved it, and neither a password nor a sign-in shows whether it
 * is the visitor's.
 */
export function ifOwnerUnclear(): Policy {
  return kitPolicy('ifOwnerUnclear', [], {
    name: 'if-owner-unclear',
    check: ({ context: { enroll_instead, pending_user, pending_user_identifier } }) =>
      enroll_instead !== undefined && pending_user === undefined && pending_user_identifier === undefined,
  });
}
