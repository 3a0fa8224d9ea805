import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes where the plan's ticket lets its user be signed in. */
export function ifTicketSignsIn(): Policy {
  return kitPolicy('ifTicketSignsIn', [], {
    name: 'if-ticket-signs-in',
    check: ({ context }) => context.ticket?.signs_in === true,
  });
}
