import { instantOf } from '../../base/clock.js';
import type { PolicyBindingSpec } from '../../flow/policy-set.js';
import { inGroup } from '../../policies/in-group.js';
import { isUser } from '../../policies/is-user.js';
import type { Policy } from '../../flow/policy.js';
import { groupParents, parentsIn, parentsUpTo } from '../models/group-parents.js';
import { policyBindingModel, stageBindingModel } from '../models/model-names.js';
import { asksOnlyRestored } from '../models/expression-policy.js';
import type { FlowRecord } from '../records/record.js';
import type { Building } from './building.js';
import { anything, counts, integers } from './field-kinds.js';
import { numberOf } from './scalar-values.js';
import type { FieldReader } from './field-reader.js';

export interface BoundPolicy {
  readonly binding: FlowRecord;
  /** `null`: a group or a user is bound. */
  readonly policy: FlowRecord | null;
}

/** The policy bindings of a flow or of a stage binding, by order. */
export function policyBindingsOf({ key }: FlowRecord, building: Building): readonly BoundPolicy[] {
  return building
    .boundTo(policyBindingModel, key)
    .map((binding) => ({ binding, policy: building.referenced(building.reader(binding), 'policy', 'policy') }))
    .sort((one, other) => orderOf(one) - orderOf(other));
}

/** False for a binding that is switched off, and for a dry run. */
export function decides({ binding }: BoundPolicy, building: Building): boolean {
  const reader = building.reader(binding);
  return reader.flag('enabled', true) && !reader.flag('dry_run', false);
}

/** True for a plain binding of a policy that asks only for `is_restored`: see `asksOnlyRestored`. */
export function skipsNothing({ binding, policy }: BoundPolicy, building: Building): boolean {
  const isPlain = decides({ binding, policy }, building) && !building.reader(binding).flag('negate', false);
  return policy !== null && isPlain && asksOnlyRestored(policy);
}

/** Without those of which a mistake was reported. */
export function boundPolicies(bound: readonly BoundPolicy[], building: Building): readonly PolicyBindingSpec[] {
  return bound.map((one) => bindingOf(one, building)).flatMap((one) => one ?? []);
}

function bindingOf({ binding, policy }: BoundPolicy, building: Building): PolicyBindingSpec | null {
  const reader = building.reader(binding);
  const made = policy === null ? staticPolicy(reader, building) : building.policy(policy);
  // The kit has seconds and orders that are no whole numbers, and writes them.
  const fractions = isOwn(reader.record, building);
  const settings = {
    order: reader.number('order', 0, { ...integers, fractions }),
    enabled: reader.flag('enabled', true),
    negate: reader.flag('negate', false),
    failureResult: reader.flag('failure_result', false),
    timeoutSeconds: timeoutOf(reader, fractions),
    ...expiryOf(reader, fractions, building),
    ...(reader.flag('dry_run', false) ? { dryRun: true } : {}),
  };
  if (policy !== null)
    for (const other of ['group', 'user'])
      if (reader.has(other))
        reader.report('refused', other, `"${other}": a binding has one of "policy", "group" and "user"`);
  reader.unused({ target: anything, policy: anything });
  reader.finish();
  return made === null ? null : { ...settings, policy: made };
}

/** A binding of a group or a user, as authentik has them beside policies. */
function staticPolicy(reader: FieldReader, building: Building): Policy | null {
  const group = building.referenced(reader, 'group', 'group')?.fields['name'];
  // In authentik, no binding of a group or a user admits a visitor without an account, a negated one neither.
  const settings = reader.flag('negate', false) ? { withoutAccount: true } : {};
  if (typeof group === 'string') {
    const parents = parentsUpTo(group, parentsIn(building.records) ?? {});
    const isNested = Object.keys(parents).length > 0;
    return inGroup(group, { ...settings, ...(isNested ? { parents: groupParents(parents) } : {}) });
  }
  const user = reader.text('user', '');
  // authentik numbers its accounts; here the app does.
  if (typeof reader.json('user') === 'number')
    reader.report('noticed', 'user', `"user": ${user} is the id of an account of the app here, not of authentik's`);
  if (user !== '') return isUser(user, settings);
  // What it names has a mistake of its own.
  if (['policy', 'group', 'user'].some((name) => reader.has(name))) return null;
  reader.report('refused', null, 'the binding has no "policy", no "group" and no "user"');
  return null;
}

/** In authentik, `expires` counts only with `expiring`, which is false unless it is set. */
function expiryOf(reader: FieldReader, isKit: boolean, building: Building): { readonly expires?: string } {
  const given = reader.dateText('expires', '').trim();
  const counts = reader.flag('expiring', isKit);
  if (given === '') return {};
  // Without a zone it is one of UTC, as in authentik.
  const expires = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(given) ? `${given.replace(' ', 'T')}Z` : given;
  if ('at' in instantOf(expires)) {
    if (counts && isKit) return { expires };
    reader.report('noticed', 'expires', counts ? whenExpired(reader, building) : withoutEffect);
    return counts ? { expires } : {};
  }
  reader.report('refused', 'expires', '"expires" must be a date and a time, such as "2026-12-31T23:59:59Z"');
  return {};
}

const withoutEffect = '"expires" has no effect without "expiring: true": the binding does not expire, as in authentik';

/** authentik deletes such a binding at some time after it; what it guarded is then open to everybody. */
function whenExpired({ record }: FieldReader, { records }: Building): string {
  const { target } = record.fields;
  const ofStage = typeof target === 'string' && records.get(target)?.model === stageBindingModel;
  return ofStage
    ? '"expires": from then on the binding fails, and the stage is left out unless another binding keeps it'
    : '"expires": from then on the binding fails, and the flow is closed unless another binding admits';
}

const mostSeconds = 300;

/** authentik has no limit. */
function timeoutOf(reader: FieldReader, fractions: boolean): number {
  const given = reader.number('timeout', 30, { ...counts, fractions });
  const taken = given === 0 ? 1 : Math.min(given, mostSeconds);
  if (taken !== given)
    reader.report(
      'noticed',
      'timeout',
      `"timeout" is taken as ${String(taken)}: it is at most ${String(mostSeconds)}, and not 0`,
    );
  return taken;
}

/** True where the flow that it is about was written by this kit. */
function isOwn(binding: FlowRecord, { records }: Building): boolean {
  const targetOf = ({ fields: { target } }: FlowRecord) =>
    typeof target === 'string' ? records.get(target) : undefined;
  const target = targetOf(binding);
  const flow = target?.model === stageBindingModel ? targetOf(target) : target;
  return flow?.fields['stages_as_written'] === true;
}

function orderOf({ binding: { fields } }: BoundPolicy): number {
  return numberOf(fields['order'] ?? 0) ?? 0;
}
