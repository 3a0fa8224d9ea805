import type { FlowRecord } from '../records/record.js';
import type { Building, FlowOf } from './building.js';
import { policyBindingsOf } from './policy-bindings.js';

/**
 * True for the stage that checks authenticators at the beginning of a sign-in: with passkeys alone, authentik finds the
 * account by the passkey. After a source, the account is known.
 */
export function isPasswordless(record: FlowRecord, flow: FlowOf, building: Building): boolean {
  if (flow.isOwn || flow.designation !== 'authentication' || flow.stages[0] !== record) return false;
  const bound = policyBindingsOf(flow.record, building).map(({ policy }) => policy);
  return !bound.some((policy) => policy !== null && building.policy(policy)?.requiresSource === true);
}
