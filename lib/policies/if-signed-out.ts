import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes for visitors who are not signed in. */
export function ifSignedOut(): Policy {
  return kitPolicy('ifSignedOut', [], { name: 'if-signed-out', check: ({ facts }) => facts.user === undefined });
}
