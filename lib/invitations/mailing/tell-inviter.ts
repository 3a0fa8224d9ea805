import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { MailingParts } from './mailing.js';

/** Tells the account that invited that its invited person was mailed a fresh link. `mail`: the id of that mail. */
export async function tellInviter(
  { mailing, defaultFlow }: MailingParts,
  { id, inviter, tenant, flow, mail: words }: InvitationRecord,
  mail: string,
): Promise<void> {
  const { queue, addressOf, locale, signInUrl } = mailing;
  const to = inviter === null ? null : await addressOf(inviter);
  if (queue === null || to === null) return;
  await queue.add({
    id: `${mail}:told`,
    to,
    content: {
      kind: 'fresh_link_requested',
      locale,
      flow: flow ?? defaultFlow() ?? '',
      code: null,
      letter: {
        url: signInUrl,
        code: null,
        app: words?.app ?? null,
        inviter: null,
        expiresAt: null,
        zone: 'UTC',
        values: {},
        renewUrl: null,
      },
      signInUrl,
    },
    about: { type: 'invitation', id },
    tenant,
    inviter,
    expiresAt: null,
  });
}
