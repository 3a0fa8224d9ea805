import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes until the visitor has proved ownership of the plan's account. */
export function ifUnproved(): Policy {
  return kitPolicy('ifUnproved', [], {
    name: 'if-unproved',
    check({ context, facts }) {
      const { pending_user, connect_to, signed_in_recently } = context;
      const signedIn = signed_in_recently === true && facts.user !== undefined && facts.user === connect_to;
      return pending_user === undefined && !signedIn;
    },
  });
}
