import { dig } from '../base/json.js';
import { isSecret, Secret } from '../base/secret.js';
import { definePolicy, type Policy } from '../flow/policy.js';

export interface InviteCodeSettings {
  /** The prompt that asks for the code; default `invite_code`. */
  readonly field?: string;
}

/**
 * The gate: passes when the typed code is that of an open invitation, and puts the invitation into the plan.
 * Nothing is spent by it; the place is taken when the account is written. The code itself is not kept.
 */
export function inviteCode(settings: InviteCodeSettings = {}): Policy {
  const field = settings.field ?? 'invite_code';
  return definePolicy({
    name: 'invite-code',
    fields: [field],
    consumes: [field],
    writes: ['invitation', 'fixed_data', 'redirect'],
    gate: true,
    async check({ answers, context, facts, flow, planId, services }) {
      const typed = answers[field];
      const email = answers['email'] ?? dig(context.prompt_data ?? {}, 'email');
      const verdict = await services.invitations.validate({
        code: isSecret(typed) ? typed : new Secret(typeof typed === 'string' ? typed : ''),
        flow: flow.slug,
        enrollmentId: planId,
        address: facts.address,
        email: typeof email === 'string' ? email : null,
        tenant: facts.tenant,
        hold: true,
      });
      if (!verdict.ok) {
        const { message, reference, retryAfterSeconds } = verdict;
        return {
          pass: false,
          messages: [message],
          // Where nothing was looked up there is nothing to refer to.
          ...(reference === '' ? {} : { reference }),
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        };
      }
      const before = context.invitation;
      if (before !== undefined && before.id !== verdict.invitation.id)
        await services.invitations.letGo(before, planId, facts.address);
      // `null` too: an address that another invitation fixed before must not stay.
      const fixed = { email: verdict.email };
      // Where the link wanted to go counts more than where the invitation leads.
      const redirect = context.redirect ?? verdict.redirect;
      return {
        pass: true,
        patch: { invitation: verdict.invitation, fixed_data: fixed, ...(redirect === null ? {} : { redirect }) },
      };
    },
  });
}
