import { withTimeout, type Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import { message, messageJson, type Message } from '../base/message.js';
import { messageIn } from '../flow/computed.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/outcome.js';
import type { InvitationTerms } from '../ports/invitation-gate.js';

export interface AcceptInvitationSettings {
  /**
   * One sentence for the page: what the invitation is for. It gets the invitation's id, label and data. Nothing, an
   * error, or no answer within two seconds: the page has no such sentence. Default: none.
   */
  readonly describe?: (invitation: InvitationTerms) => Awaitable<string | Message | null | undefined>;
  /** The path to which a person is redirected who declines; default: the flow's target. */
  readonly declined?: string;
}

const timeoutMs = 2000;
const declining = 'decline';

/**
 * Says what an invitation is for, and asks the signed-in user to accept or decline it. Accepting takes one seat for each
 * account, in one transaction with what the user store's `acceptInvitation` writes. A gate with
 * `inviteCode({ existingAccount: true })` comes before it.
 */
export const acceptInvitation = defineStage<
  AcceptInvitationSettings,
  { readonly description: JsonObject | null; readonly user: string | null } & JsonObject,
  { readonly decision: string }
>({
  kind: 'accept_invitation',
  settings: (joi) => ({ describe: joi.function(), declined: joi.string() }),
  component: 'ak-stage-accept-invitation',
  view: 'pages/invitation',
  requires: ['acceptances'],
  needs: ['invitation'],
  acceptsInvitations: true,
  fields: () => ['decision'],
  consumes: () => ['decision'],
  submit: () => message('accept.submit'),

  async challenge({ describe }, at) {
    const [user, description] = await Promise.all([nameOf(at), descriptionOf(describe, at)]);
    return {
      description: description === null ? null : messageJson(description),
      user,
      alternative: { name: 'decision', value: declining, label: messageJson(message('accept.decline')) },
    };
  },

  // Whatever else is sent is the button of the form itself.
  read: (input) => ({ ok: true, value: { decision: input['decision'] ?? '' } }),

  respond: ({ decision }, { declined }, at) => (decision === declining ? decline(declined, at) : accept(at)),
});

async function accept({ context, facts, flow, services }: StageContext): Promise<StageOutcome<never>> {
  const { invitation } = context;
  const { user } = facts;
  if (invitation === undefined || user === undefined || services.acceptances === undefined)
    return { type: 'denied', message: message('accept.other_account') };
  const { tenant, address } = facts;
  const answer = await services.acceptances.accept({ user, invitation, flow: flow.slug, tenant, address });
  return answer.type === 'denied' ? answer : { type: 'completed' };
}

async function decline(declined: string | undefined, at: StageContext): Promise<StageOutcome<never>> {
  const { context, enrollmentId, facts, flow, services } = at;
  // The process of an earlier form may have died once it had accepted.
  if (context.invitation !== undefined && (await services.acceptances?.isAccepted(context.invitation)) === true)
    return { type: 'denied', message: message('invitation.already_accepted') };
  if (context.invitation !== undefined)
    await services.invitations.releaseReservation(context.invitation, enrollmentId, facts.address);
  return { type: 'redirected', to: { path: declined ?? flow.target } };
}

/** The name that the signed-in user knows the account by. */
async function nameOf({ facts, services }: StageContext): Promise<string | null> {
  const profile = facts.user === undefined ? null : await services.profiles.find(facts.user);
  return profile?.username ?? profile?.email ?? null;
}

async function descriptionOf(
  describe: AcceptInvitationSettings['describe'],
  at: StageContext,
): Promise<Message | null> {
  if (describe === undefined) return null;
  const accepted = at.context.invitation;
  const invitation = accepted === undefined ? null : await at.services.invitations.terms(accepted);
  if (invitation === null) return null;
  try {
    const late = (): Error => new Error(`no answer within ${String(timeoutMs)} ms`);
    const said: unknown = await withTimeout(timeoutMs, () => describe(invitation), late);
    return messageIn({ key: at.step, setting: 'describe' }, said);
  } catch (error) {
    at.services.log.error({ err: error, invitation: invitation.id }, 'an invitation could not be described');
    return null;
  }
}
