import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { MailOrder } from '../../ports/mail-queue.js';
import type { MailingParts } from './mailing.js';

type TellParts = Pick<MailingParts, 'mailing' | 'defaultFlow'>;

/** The letter to the account that invited: its invited person was mailed a fresh link. `mail`: the id of that mail. */
export async function freshLinkLetter(
  parts: TellParts,
  record: InvitationRecord,
  mail: string,
): Promise<readonly MailOrder[]> {
  const order = await letterToInviter(parts, record, { kind: 'fresh_link_requested', id: `${mail}:told` });
  return order === null ? [] : [order];
}

/**
 * Before an invitation is declined: stores the mail that tells its inviter. The function that is returned sends it; where
 * the process dies before that, it is sent a minute later, if the invitation was declined.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function prepareDeclined(parts: TellParts, record: InvitationRecord): Promise<() => Promise<void>> {
  const { queue, tellDeclined } = parts.mailing;
  const { id, version } = record;
  // A restored invitation can be declined again.
  const terms = { kind: 'invitation_declined', id: `declined:${id}:${String(version)}` } as const;
  const order = queue === null || !tellDeclined ? null : await letterToInviter(parts, record, terms);
  if (order === null) return () => Promise.resolve();
  await queue?.prepare(order, { type: 'declined', invitation: id });
  return async () => queue?.add(order);
}

/** `null`: there is no mailbox to tell. */
async function letterToInviter(
  { mailing, defaultFlow }: TellParts,
  { id, inviter, tenant, flow, mail: words }: InvitationRecord,
  terms: { readonly kind: 'fresh_link_requested' | 'invitation_declined'; readonly id: string },
): Promise<MailOrder | null> {
  const { addressOf, locale, signInUrl } = mailing;
  const to = inviter === null ? null : await addressOf(inviter);
  if (to === null) return null;
  return {
    id: terms.id,
    to,
    content: {
      kind: terms.kind,
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
  };
}
