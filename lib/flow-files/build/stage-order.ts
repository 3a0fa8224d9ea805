import type { Building } from './building.js';
import type { FlowRecord } from '../records/record.js';
import type { BoundStage } from './build-flow.js';
import { policyBindingsOf, skipsNothing } from './policy-bindings.js';
import { flagOf } from './scalar-values.js';

const emailModelName = 'authentik_stages_email.emailstage';
const writeModelName = 'authentik_stages_user_write.userwritestage';

/**
 * authentik creates an inactive account, mails a link, and activates the account when the link is opened. Here the
 * address is proved first and the account is made of it: no account waits unproved, and none blocks an address.
 */
export function provedFirst(bindings: readonly BoundStage[], building: Building): readonly BoundStage[] {
  const write = bindings.findIndex(({ stage }) => stage.model === writeModelName);
  const mail = bindings.findIndex(({ stage }) => stage.model === emailModelName);
  const [moved, before] = [bindings[mail], bindings[write]];
  if (moved === undefined || before === undefined) return bindings;
  if (mail <= write || !createsInactive(before.stage)) return bindings;
  building.report(
    moved.binding,
    'noticed',
    null,
    'the address is verified before the account is created, not afterwards',
  );
  const others = bindings.filter((one) => one !== moved);
  return [...others.slice(0, write), { ...moved, order: before.order - 0.5 }, ...others.slice(write)];
}

/**
 * Refuses accounts that would have to wait for an administrator, or for a mail that a policy may leave out: the kit creates
 * accounts that are active, and only the app's user store may decide otherwise.
 */
export function checkInactive(bindings: readonly BoundStage[], designation: string, building: Building): void {
  const isProved = bindings.some((bound) => alwaysActivates(bound, building));
  for (const { stage } of bindings)
    if (!isProved && createsInactive(stage) && creates(stage, designation))
      building.report(
        stage,
        'refused',
        'create_users_as_inactive',
        '"create_users_as_inactive": accounts are created as active ones here. Bind a stage of the model authentik_stages_email.emailstage with activate_user_on_success, without policies, or set it to false: the app’s UserStore may create accounts that wait',
      );
}

export function createsInactive({ model, fields }: FlowRecord): boolean {
  return model === writeModelName && flagOf(fields['create_users_as_inactive'] ?? false) === true;
}

function creates({ fields }: FlowRecord, designation: string): boolean {
  const mode = fields['user_creation_mode'] ?? 'create_when_required';
  return mode === 'always_create' || (mode === 'create_when_required' && designation === 'enrollment');
}

function alwaysActivates({ binding, stage }: BoundStage, building: Building): boolean {
  if (stage.model !== emailModelName || flagOf(stage.fields['activate_user_on_success'] ?? false) !== true)
    return false;
  return policyBindingsOf(binding, building).every((one) => skipsNothing(one, building));
}
