import type { Building } from './building.js';
import type { BoundStage } from './build-flow.js';

const emailModelName = 'authentik_stages_email.emailstage';
const writeModelName = 'authentik_stages_user_write.userwritestage';

/**
 * authentik creates an inactive account, mails a link, and activates the account when the link is opened. Here the
 * address is proved first and the account is made of it: no account waits unproved, and none blocks an address.
 */
export function provedFirst(bindings: readonly BoundStage[], building: Building): readonly BoundStage[] {
  const write = bindings.findIndex(({ stage }) => stage.model === writeModelName);
  const mail = bindings.findIndex(({ stage }) => stage.model === emailModelName);
  if (write === -1 || mail <= write || !createsInactive(bindings[write])) return bindings;
  const [moved, before] = [bindings[mail], bindings[write]];
  if (moved === undefined || before === undefined) return bindings;
  building.report(
    moved.binding,
    'noticed',
    null,
    'the address is verified before the account is created, not afterwards',
  );
  const others = bindings.filter((one) => one !== moved);
  return [...others.slice(0, write), { ...moved, order: before.order - 0.5 }, ...others.slice(write)];
}

function createsInactive(bound: BoundStage | undefined): boolean {
  return bound?.stage.fields['create_users_as_inactive'] === true;
}
