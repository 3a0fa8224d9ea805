import { builtInStageModel, codeStageModel, promptStageModel } from '../models/model-names.js';
import type { Building } from './building.js';
import type { FlowRecord } from '../records/record.js';
import type { BoundStage } from './build-flow.js';
import { decides, policyBindingsOf, skipsNothing } from './policy-bindings.js';
import { flagOf } from './scalar-values.js';

const emailModelName = 'authentik_stages_email.emailstage';
const writeModelName = 'authentik_stages_user_write.userwritestage';
const mayAskAddress: ReadonlySet<string> = new Set([promptStageModel, builtInStageModel, codeStageModel]);

/**
 * authentik creates an inactive account, mails a link, and activates the account when the link is opened. Here the
 * address is proved first and the account is made of it: no account waits unproved, and none blocks an address. The write
 * moves behind the first mail that activates whatever policies say, so that what stands between both still comes before
 * the account is active; a mail that stands before a page, which may ask for another address, moves behind that.
 */
export function provedFirst(
  bindings: readonly BoundStage[],
  designation: string,
  building: Building,
): readonly BoundStage[] {
  // The mail of another designation proves the address of an account that there is.
  const isMoved = ({ stage }: BoundStage): boolean =>
    designation === 'enrollment' && createsInactive(stage) && creates(stage, designation);
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
  const early = bindings.slice(0, at).filter(isMoved);
  const [first] = early;
  if (first !== undefined) checkBetween(bindings.slice(bindings.indexOf(first), at), building);
  const moved = early.length > 0 ? early : [mail];
  const last = early.length > 0 ? mail : write;
  const others = bindings.filter((one) => !moved.includes(one));
  const to = others.indexOf(last) + (early.length > 0 ? 1 : 0);
  return [...others.slice(0, to), ...moved.map((one) => ({ ...one, order: last.order })), ...others.slice(to)];
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

/** Whether the address that a write takes is proved whatever policies say: no page asks for another one in between. */
function provesBefore(write: BoundStage, bindings: readonly BoundStage[], building: Building): boolean {
  const before = bindings.slice(0, bindings.indexOf(write));
  const proof = before.findLastIndex((bound) => alwaysActivates(bound, building));
  return proof !== -1 && before.slice(proof).every(({ stage }) => !mayAskAddress.has(stage.model));
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
