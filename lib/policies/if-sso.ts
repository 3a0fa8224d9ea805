import { message } from '../base/message.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes for visitors with an identity from a source. Bound to a flow, it refuses all others. */
export function ifSso(): Policy {
  return kitPolicy('ifSso', [], {
    name: 'if-sso',
    requiresSource: true,
    check: ({ context }) => (context.is_sso === true && context.identity !== undefined) || message('policy.if_sso.not'),
  });
}
