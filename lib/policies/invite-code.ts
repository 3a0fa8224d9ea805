import type { Json } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { isSecret, Secret } from '../base/secret.js';
import type { StageContext } from '../flow/facts.js';
import { settingsCheck } from '../base/settings.js';
import { acceptedCode, codeKeys, codeQuestion } from '../flow/accepted-code.js';
import { kitPolicy, type Answers, type Policy, type PolicyQuestion } from '../flow/policy.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { VouchedAddresses } from '../ports/identities.js';

interface InviteCodeSettings {
  /** The prompt that asks for the code; default `invite_code`. */
  readonly field?: string;
  /**
   * True: the code is for the account of the signed-in user, who accepts the invitation at `acceptInvitation()`; refuses
   * visitors who are not signed in. Default false: the code is for a new account.
   */
  readonly existingAccount?: boolean;
}

const check = settingsCheck<InviteCodeSettings>('inviteCode', (joi) => ({
  field: joi.string(),
  existingAccount: joi.boolean(),
}));

/**
 * The gate: passes when the typed code is that of an open invitation, and puts the invitation into the plan. It also
 * passes a blank one where the source's rule does not require a code. It uses no seat; the seat is claimed when the
 * account is written. The code itself is not kept.
 */
export function inviteCode(settings: InviteCodeSettings = {}): Policy {
  check(settings);
  const field = settings.field ?? 'invite_code';
  return kitPolicy('inviteCode', [settings], {
    name: 'invite-code',
    fields: [field],
    consumes: [field],
    writes: codeKeys,
    gate: true,
    existingAccount: settings.existingAccount ?? false,
    async check(at) {
      const { answers, context, facts, enrollmentId, services } = at;
      const typed = answers[field];
      const { identity } = context;
      const account = settings.existingAccount === true ? facts.user : undefined;
      if (settings.existingAccount === true && account === undefined) return message('flow.signed_out');
      if (account === undefined && isBlank(typed) && !isRequired(at)) return true;
      const code = isSecret(typed) ? typed : new Secret(typeof typed === 'string' ? typed : '');
      const question = codeQuestion(at, code, answers['email'] ?? undefined);
      const verdict = await services.invitations.validate(
        account === undefined ? question : { ...question, account, email: await addressOf(account, at) },
      );
      if (!verdict.ok) {
        const { bound, reference, retryAfterSeconds } = verdict;
        const addressed =
          bound === undefined || identity === undefined ? null : otherAddress(bound, identity, question.vouched);
        return {
          pass: false,
          messages: [addressed ?? verdict.message],
          // Where nothing was looked up there is no reference.
          ...(reference === '' ? {} : { reference }),
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        };
      }
      if (typeof context.account_to_claim === 'string' && identity !== undefined && verdict.email !== identity.email)
        return { pass: false, messages: [message('policy.invite_code.claim', { email: identity.email ?? '' })] };
      const before = context.invitation;
      if (before !== undefined && before.id !== verdict.invitation.id)
        await services.invitations.releaseReservation(before, enrollmentId, facts.address);
      return { pass: true, patch: acceptedCode(verdict, at) };
    },
  });
}

/** The address of an existing account; `null`: it has none that counts. */
async function addressOf(account: string, { services }: PolicyQuestion): Promise<string | null> {
  const profile = await services.profiles.find(account);
  return profile?.emailVerified === false ? null : (profile?.email ?? null);
}

/** Without a source's rule, a code is always required. */
function isRequired({ context }: Pick<StageContext, 'context'>): boolean {
  return (context.invitation_rule ?? 'required') === 'required';
}

function isBlank(typed: Answers[string]): boolean {
  const text: Json | undefined = isSecret(typed) ? typed.reveal() : typed;
  return text === undefined || text === null || (typeof text === 'string' && text.trim() === '');
}

function otherAddress(bound: string, { sourceName }: PendingIdentity, vouched: VouchedAddresses | undefined): Message {
  const [email] = vouched?.addresses ?? [];
  return email === undefined
    ? message('policy.invite_code.no_address', { bound, source: sourceName })
    : message('policy.invite_code.address', { bound, email, source: sourceName });
}
