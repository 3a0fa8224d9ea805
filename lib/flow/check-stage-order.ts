import type { Flow, StageBinding } from './flow.js';
import { bindingPart, issueAt, type FlowIssue } from './flow-issue.js';
import { countedBindings, type PolicySet } from './policy-set.js';
import type { Policy } from './policy.js';
import type { Stage } from './stage.js';

/** What is wrong, in the words of the code and, where they differ, in those of flow files. */
type Wrong = string | { readonly inCode: string; readonly inFiles: string };

type Bindings = readonly StageBinding[];

/** Made only for the stages that ask for them: flows of files may have thousands. */
type BindingsOf = () => Bindings;

/** Orders of stages that would open a hole. */
export function stageOrderIssues(flow: Flow): readonly FlowIssue[] {
  const firstSignIn = flow.bindings.findIndex(({ stage }) => !stage.asking && stage.signsIn);
  const askedTypes = new Set(flow.bindings.flatMap(({ stage }) => typesAsked(stage)));
  return flow.bindings.flatMap((binding, index) => {
    const before = (): Bindings => flow.bindings.slice(0, index);
    const after = (): Bindings => flow.bindings.slice(index + 1);
    const issues: readonly Wrong[] = [
      ...(firstSignIn === -1 || index < firstSignIn ? [] : lateFactor(binding, before)),
      ...replacedFactor(binding, after, askedTypes),
      ...foreignPasskey(binding, flow),
      ...codeForNewAccount(binding, before),
      ...unverified(binding, after, flow),
      ...lateSource(binding, before),
      ...idleQuestion(binding, after, flow),
    ];
    const part = bindingPart(flow, binding.key);
    return issues.map((issue) =>
      typeof issue === 'string' ? issueAt(part, issue) : issueAt(part, issue.inCode, { inFiles: issue.inFiles }),
    );
  });
}

const keys = (bindings: readonly StageBinding[]): string => bindings.map(({ key }) => `'${key}'`).join(', ');

/** After the sign-in, a second factor protects nothing. */
function lateFactor({ stage }: StageBinding, before: BindingsOf): readonly string[] {
  if (!stage.asking || stage.secondFactor?.use !== 'asks') return [];
  const signIns = before().filter((one) => !one.stage.asking && one.stage.signsIn);
  return signIns.length > 0
    ? [`it asks for the second factor after ${keys(signIns)}, which signs the user in; move it before`]
    : [];
}

/** Else the first factor alone adds the second one that is asked for next. */
function replacedFactor(
  { stage, guard }: StageBinding,
  after: BindingsOf,
  askedTypes: ReadonlySet<string>,
): readonly Wrong[] {
  if (!stage.asking || stage.secondFactor?.use !== 'sets_up') return [];
  const lacking = new Set(policiesThatMustPass(guard).flatMap(({ withoutFactors }) => withoutFactors ?? []));
  if ([...askedTypes].every((type) => lacking.has(type))) return [];
  const asking = after().filter(({ stage: one }) => !typesAsked(one).every((type) => lacking.has(type)));
  if (asking.length === 0) return [];
  const wrong = `it sets up a second factor before ${keys(asking)} asks for one; move it behind, or bind`;
  return [
    {
      inCode: `${wrong} ifNoAuthenticator() with the same types to it`,
      inFiles: `${wrong} a policy of the model express_enrollment.builtinpolicy with kind: ifNoAuthenticator to it`,
    },
  ];
}

/** None where it does not ask the plan's user for an authenticator. */
function typesAsked(stage: Stage): readonly string[] {
  return stage.asking && stage.secondFactor?.use === 'asks' ? stage.secondFactor.types : [];
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
function codeForNewAccount({ stage }: StageBinding, before: BindingsOf): readonly Wrong[] {
  if (!stage.asking || !stage.acceptsInvitations) return [];
  const wrong = before().filter(({ stage: one }) =>
    one.asking ? one.validation.some((policy) => policy.gate && !policy.existingAccount) : one.readsCode !== null,
  );
  if (wrong.length === 0) return [];
  const wrongCode = `${keys(wrong)} takes a code for a new account`;
  return [
    {
      inCode: `${wrongCode}; use inviteCode({ existingAccount: true })`,
      inFiles: `${wrongCode}; its policy of the kind inviteCode needs given: [{ existingAccount: true }]`,
    },
  ];
}

/** The identity is connected by the write of the new account. */
function lateSource({ stage }: StageBinding, before: BindingsOf): readonly string[] {
  if (!stage.asking || stage.asksSource === null) return [];
  const writes = before().filter(({ stage: one }) => !one.asking && one.creates);
  return writes.length > 0
    ? [
        `it asks the source '${stage.asksSource.source}' after ${keys(writes)}, which writes the account without it; move it before`,
      ]
    : [];
}

/** Without a duration, the box would do nothing. Another flow, or a sign-in of the app's own, may read the answer. */
function idleQuestion({ stage }: StageBinding, after: BindingsOf, flow: Flow): readonly Wrong[] {
  if (!stage.asking || !stage.writes.includes('remember_me')) return [];
  const later = [...after(), ...flow.insertable.values()].map((one) => one.stage);
  const isUsed = later.some(
    (one) =>
      one.needs.includes('remember_me') ||
      one.kind === 'redirect' ||
      (!one.asking && one.signsIn && one.kind !== 'user_login'),
  );
  const wrong = 'it asks whether to stay signed in, and no later';
  return isUsed
    ? []
    : [
        {
          inCode: `${wrong} userLogin() has rememberMeSeconds, which says for how long`,
          inFiles: `${wrong} stage of the model authentik_stages_user_login.userloginstage has a remember_me_offset`,
        },
      ];
}

/** An address that no code has proved is never an account's. */
function unverified({ stage }: StageBinding, after: BindingsOf, flow: Flow): readonly Wrong[] {
  if (!stage.asking || stage.fieldsToVerify.length === 0) return [];
  const later = after();
  const write = later.findIndex(({ stage: one }) => !one.asking && one.creates);
  const between = write === -1 ? later : later.slice(0, write);
  const proofs = [...between, ...flow.insertable.values()].flatMap(({ stage: one }) =>
    one.asking && one.verifies !== null ? [one.verifies] : [],
  );
  return stage.fieldsToVerify
    .filter((field) => !proofs.includes(field))
    .map((field) => {
      const unproved = `no later stage proves the address '${field}' before it is written`;
      return {
        inCode: `${unproved}; add emailStage({ recipient: 'typed' }), which proves 'email', or use email()`,
        inFiles: `${unproved}; bind a stage of the model authentik_stages_email.emailstage behind it, which proves "email", or give the prompt the type email`,
      };
    });
}
