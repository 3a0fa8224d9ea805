import { EnrollmentError } from '../../base/error.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { MailingParts } from './mailing.js';
import { tooMany } from './outstanding.js';

/** @throws ERR_ENROLLMENT_MEMBER (409) where the address has an account, unless it is invited `again` */
export async function refuseMember(
  { isMember }: MailingParts,
  email: string | null,
  { again = false }: { readonly again?: boolean },
): Promise<void> {
  if (again || email === null || (await isMember?.(email)) !== true) return;
  throw new EnrollmentError('ERR_ENROLLMENT_MEMBER', 'this address has an account', { status: 409, expose: true });
}

/**
 * Where a mail would be sent: without a mailer the caller passes the link on, as one may with a created invitation.
 * @throws ERR_ENROLLMENT_MAILS_STOPPED (409) where the address gets no more invitations by email
 */
export async function refuseSuppressed(
  { mailing: { queue, suppressions } }: MailingParts,
  { bound, tenant }: Pick<InvitationRecord, 'bound' | 'tenant'>,
): Promise<void> {
  if (queue === null || bound === null || (await suppressions.find({ email: bound, tenant })) === null) return;
  const why =
    'this address gets no more invitations by email: create one and pass its link on, or lift it by mails.allow';
  throw new EnrollmentError('ERR_ENROLLMENT_MAILS_STOPPED', why, { status: 409, expose: true });
}

/**
 * Counts one more mail to the address of a record. The returned function reverts that, where none was ordered.
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429)
 */
export async function countMail(
  { mailing: { limits, queue } }: MailingParts,
  { bound, inviter, tenant }: InvitationRecord,
): Promise<() => Promise<void>> {
  // Without a mailer no mail is sent.
  if (queue === null || bound === null) return () => Promise.resolve();
  const mailing = { recipient: bound, inviter, tenant };
  const counted = await limits.consume(mailing);
  if (!counted.over) return () => limits.reward(mailing);
  await limits.reward(mailing);
  throw tooMany(`${passed[counted.limit]} (rateLimits.invitationMails.${counted.limit})`, counted.retryAfterSeconds);
}

const passed = {
  perRecipient: 'too many invitations were mailed to this address',
  perInviter: 'too many invitations of this inviter were mailed',
  perTenant: 'too many invitations were mailed in all',
} as const;
