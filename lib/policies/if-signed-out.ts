import { definePolicy, type Policy } from '../flow/policy.js';

/** Passes where nobody is signed in. */
export function ifSignedOut(): Policy {
  return definePolicy({ name: 'if-signed-out', check: ({ facts }) => facts.user === undefined });
}
