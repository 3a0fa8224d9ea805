import type { Flow, StageBinding } from './flow.js';
import { countedBindings, type PolicySet } from './policy-set.js';
import type { Policy } from './policy.js';

/** Orders of stages that would open a hole: each as a sentence with its path. */
export function stageOrderIssues(path: string, flow: Flow): readonly string[] {
  return flow.bindings.flatMap((binding, index) => {
    const before = flow.bindings.slice(0, index);
    const after = flow.bindings.slice(index + 1);
    const issues = [
      ...lateFactor(binding, before),
      ...replacedFactor(binding, after),
      ...foreignPasskey(binding, flow),
      ...codeForNewAccount(binding, before),
      ...unverified(binding, after, flow),
      ...lateSource(binding, before),
    ];
    return issues.map((issue) => `${path}.${binding.key}: ${issue}`);
  });
}

const keys = (bindings: readonly StageBinding[]): string => bindings.map(({ key }) => `'${key}'`).join(', ');

/** After the sign-in, a second factor protects nothing. */
function lateFactor({ stage }: StageBinding, before: readonly StageBinding[]): readonly string[] {
  const signIns = before.filter((one) => !one.stage.asking && one.stage.signsIn);
  return stage.asking && stage.secondFactor?.use === 'asks' && signIns.length > 0
    ? [`it asks for the second factor after ${keys(signIns)}, which signs the user in; move it before`]
    : [];
}

/** Else the first factor alone adds the second one that is asked for next. */
function replacedFactor(binding: StageBinding, after: readonly StageBinding[]): readonly string[] {
  const { stage, guard } = binding;
  if (!stage.asking || stage.secondFactor?.use !== 'sets_up') return [];
  const lacking = policiesThatMustPass(guard).flatMap(({ withoutFactors }) => withoutFactors ?? []);
  const asking = after.filter(
    ({ stage: one }) =>
      one.asking && one.secondFactor?.use === 'asks' && !one.secondFactor.types.every((type) => lacking.includes(type)),
  );
  return asking.length === 0
    ? []
    : [
        `it sets up a second factor before ${keys(asking)} asks for one; move it behind, or bind ifNoAuthenticator() with the same types to it`,
      ];
}

/** The policies of a binding without which its stage is never reached. */
function policiesThatMustPass(set: PolicySet): readonly Policy[] {
  const counted = countedBindings(set);
  const isEach = counted.length === 1 || set.mode === 'all';
  return isEach ? counted.filter((one) => !one.negate && !one.failureResult).map(({ policy }) => policy) : [];
}

/** A passkey signs in; it neither recovers nor makes an account. */
function foreignPasskey({ stage }: StageBinding, { designation }: Flow): readonly string[] {
  const isForeign = designation === 'recovery' || designation === 'enrollment';
  return isForeign && stage.asking && stage.secondFactor?.use === 'identifies'
    ? [`it signs in by a passkey, which a flow of the designation '${designation}' cannot use`]
    : [];
}

/** The seat of an invitation for a new account is not that of the account that accepts. */
function codeForNewAccount({ stage }: StageBinding, before: readonly StageBinding[]): readonly string[] {
  if (!stage.asking || !stage.acceptsInvitations) return [];
  const wrong = before.filter(({ stage: one }) =>
    one.asking ? one.validation.some((policy) => policy.gate && !policy.existingAccount) : one.readsCode !== null,
  );
  return wrong.length === 0
    ? []
    : [`${keys(wrong)} takes a code for a new account; use inviteCode({ existingAccount: true })`];
}

/** The identity is connected by the write of the new account. */
function lateSource({ stage }: StageBinding, before: readonly StageBinding[]): readonly string[] {
  const writes = before.filter(({ stage: one }) => !one.asking && one.creates);
  return stage.asking && stage.asksSource !== null && writes.length > 0
    ? [
        `it asks the source '${stage.asksSource.source}' after ${keys(writes)}, which writes the account without it; move it before`,
      ]
    : [];
}

/** An address that no code has proved is never an account's. */
function unverified({ stage }: StageBinding, after: readonly StageBinding[], flow: Flow): readonly string[] {
  if (!stage.asking) return [];
  const write = after.findIndex(({ stage: one }) => !one.asking && one.creates);
  const between = write === -1 ? after : after.slice(0, write);
  const proofs = [...between, ...flow.insertable.values()].flatMap(({ stage: one }) =>
    one.asking && one.verifies !== null ? [one.verifies] : [],
  );
  return stage.fieldsToVerify
    .filter((field) => !proofs.includes(field))
    .map(
      (field) =>
        `no later stage proves the address '${field}' before it is written; add emailStage({ recipient: 'typed' }), which proves 'email', or use email()`,
    );
}
