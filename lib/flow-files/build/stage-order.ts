import type { Building } from './building.js';
import type { FlowRecord } from '../records/record.js';
import type { BoundStage } from './build-flow.js';
import { decides, policyBindingsOf, skipsNothing } from './policy-bindings.js';
import { flagOf } from './scalar-values.js';

const emailModelName = 'authentik_stages_email.emailstage';
const writeModelName = 'authentik_stages_user_write.userwritestage';

/**
 * authentik creates an inactive account, mails a link, and activates the account when the link is opened. Here the
 * address is proved first and the account is made of it: no account waits unproved, and none blocks an address. The write
 * moves behind the first mail that activates whatever policies say, so that what stands between both still comes before
 * the account is active. A page behind the mail may ask for another address: the write refuses that.
 */
export function provedFirst(
  bindings: readonly BoundStage[],
  designation: string,
  building: Building,
): readonly BoundStage[] {
  // The mail of another designation proves the address of an account that there is.
  if (designation !== 'enrollment') return bindings;
  const isMoved = ({ stage }: BoundStage): boolean => createsInactive(stage) && creates(stage, designation);
  const mail = bindings.find((bound) => alwaysActivates(bound, building));
  const write = bindings.find(isMoved);
  if (mail === undefined || write === undefined || provesBefore(write, bindings, building)) return bindings;
  building.report(
    mail.binding,
    'noticed',
    null,
    'the address is verified before the account is created, not afterwards',
  );
  const at = bindings.indexOf(mail);
  checkBetween(bindings.slice(bindings.indexOf(write), at), building);
  const early = bindings.slice(0, at).filter(isMoved);
  const moved = early.map((one) => ({ ...one, order: mail.order }));
  return [...bindings.slice(0, at).filter((one) => !early.includes(one)), mail, ...moved, ...bindings.slice(at + 1)];
}

/** In authentik, policies and writes between the write and its mail are about the new account. Here they would find none. */
function checkBetween(bindings: readonly BoundStage[], building: Building): void {
  for (const { binding, stage } of bindings) {
    if (createsInactive(stage)) continue;
    if (stage.model === writeModelName)
      building.report(
        binding,
        'refused',
        null,
        'a write of the new account stands before the mail that activates it, behind which the account is created here: bind it behind the mail',
      );
    const isGuarded = policyBindingsOf(binding, building).some((one) => decides(one, building));
    const { validation_policies: validation } = stage.fields;
    const validates = Array.isArray(validation) && validation.length > 0;
    if (isGuarded || validates)
      building.report(
        binding,
        'refused',
        null,
        'a stage with policies stands between the write and the mail that activates the account, which is created behind the mail here: bind it before the write, or behind the mail',
      );
  }
}

/**
 * Refuses accounts that would have to wait for an administrator, or for a mail that a policy may leave out: the kit creates
 * accounts that are active, and only the app's user store may decide otherwise.
 */
export function checkInactive(bindings: readonly BoundStage[], designation: string, building: Building): void {
  for (const write of bindings) {
    if (!createsInactive(write.stage) || !creates(write.stage, designation)) continue;
    if (designation === 'enrollment' && provesBefore(write, bindings, building)) continue;
    building.report(
      write.stage,
      'refused',
      'create_users_as_inactive',
      '"create_users_as_inactive": accounts are created as active ones here. Bind a stage of the model authentik_stages_email.emailstage with activate_user_on_success, without policies, in a flow of the designation "enrollment", or set it to false: the app’s UserStore may create accounts that wait',
    );
  }
}

/** Whether an address is proved before the write, whatever policies say. That it is the account's, the write itself checks. */
function provesBefore(write: BoundStage, bindings: readonly BoundStage[], building: Building): boolean {
  return bindings.slice(0, bindings.indexOf(write)).some((bound) => alwaysActivates(bound, building));
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
