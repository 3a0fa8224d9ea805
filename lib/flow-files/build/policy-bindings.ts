import type { PolicyBindingSpec } from '../../flow/policy-set.js';
import { inGroup } from '../../policies/in-group.js';
import { isUser } from '../../policies/is-user.js';
import type { Policy } from '../../flow/policy.js';
import { policyBindingModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { Building } from './building.js';
import type { FieldReader } from './field-reader.js';

interface BoundPolicy {
  readonly binding: FlowRecord;
  /** `null`: a group or a user is bound. */
  readonly policy: FlowRecord | null;
}

/** The policy bindings of a flow or of a stage binding, by order. */
export function policyBindingsOf({ key }: FlowRecord, building: Building): readonly BoundPolicy[] {
  return building
    .boundTo(policyBindingModel, key)
    .map((binding) => ({ binding, policy: building.referenced(building.reader(binding), 'policy') }))
    .sort((one, other) => orderOf(one) - orderOf(other));
}

/** Without those of which a mistake was reported. */
export function boundPolicies(bound: readonly BoundPolicy[], building: Building): readonly PolicyBindingSpec[] {
  return bound.map((one) => bindingOf(one, building)).flatMap((one) => one ?? []);
}

function bindingOf({ binding, policy }: BoundPolicy, building: Building): PolicyBindingSpec | null {
  const reader = building.reader(binding);
  const made = policy === null ? staticPolicy(reader, building) : building.policy(policy);
  const settings = {
    order: reader.number('order', 0),
    enabled: reader.flag('enabled', true),
    negate: reader.flag('negate', false),
    failureResult: reader.flag('failure_result', false),
    timeoutSeconds: Math.min(Math.max(reader.seconds('timeout', 30), 1), 300),
    ...expiryOf(reader),
    ...(reader.flag('dry_run', false) ? { dryRun: true } : {}),
  };
  reader.unused('target', 'policy');
  reader.finish();
  return made === null ? null : { ...settings, policy: made };
}

/** A binding of a group or a user, as authentik has them beside policies. */
function staticPolicy(reader: FieldReader, building: Building): Policy | null {
  const group = building.referenced(reader, 'group')?.fields['name'];
  if (typeof group === 'string') return inGroup(group);
  const user = reader.text('user', '');
  if (user !== '') return isUser(user);
  // What it names has a mistake of its own.
  if (['policy', 'group', 'user'].some((name) => reader.has(name))) return null;
  reader.report('refused', null, 'the binding has no "policy", no "group" and no "user"');
  return null;
}

function expiryOf(reader: FieldReader): { readonly expires?: string } {
  const expires = reader.text('expires', '');
  reader.unused('expiring');
  return expires === '' ? {} : { expires };
}

function orderOf({ binding: { fields } }: BoundPolicy): number {
  return typeof fields['order'] === 'number' ? fields['order'] : 0;
}
