import { canonicalEmail } from '../../base/canonical.js';
import { EnrollmentError } from '../../base/error.js';
import { mailedName } from '../../base/mailed-name.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { MailContent } from '../../ports/mailer.js';
import type { MailQueue, MailSubject } from '../../ports/mail-queue.js';
import { inGroups } from '../codes/generated-code.js';
import { mailedCodeOf, mailProof, proofParameter } from '../codes/mailed-code.js';
import { shown } from '../management/create.js';
import { editInvitation } from '../management/find.js';
import type { MailingParts } from './mailing.js';

/** What a mail is called, and what it belongs to, where it is not simply the invitation. */
export interface MailPurpose {
  readonly kind: 'invitation' | 'waitlist_approved';
  readonly about?: MailSubject;
}

/** The name of the mail that an invitation's `ordered`-th order has. */
export function mailIdOf(id: string, ordered: number): string {
  return `invitation:${id}:${String(ordered)}`;
}

/** The invitation that a mail is of; `null` for another mail. */
export function invitationOfMail(mail: string): string | null {
  return /^invitation:([0-9a-f]{32}):\d+$/.exec(mail)?.[1] ?? null;
}

/**
 * Orders one more mail of an invitation: counted in the record first, so that no two orders have the same name. `change`
 * changes the record in the same step.
 * @returns the mail's id; `null` where the app has no mailer
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function orderMail(
  parts: MailingParts,
  id: string,
  {
    by,
    kind,
    about,
    change = () => ({}),
  }: MailPurpose & {
    readonly by?: string | undefined;
    readonly change?: (record: InvitationRecord) => Partial<InvitationRecord>;
  },
): Promise<string | null> {
  const { queue } = parts.mailing;
  if (queue === null) return null;
  let ordered: InvitationRecord | null = null;
  await editInvitation(parts, id, { ledger: 'mailed', by }, ({ record }) => {
    const changed = { ...record, ...change(record) };
    if (changed.mail === null) throw notMailed('the kit has not mailed this invitation');
    const next = { ...changed, mail: { ...changed.mail, ordered: changed.mail.ordered + 1 } };
    ordered = next;
    return next;
  });
  return ordered === null ? null : addTo(queue, parts, ordered, { kind, ...(about === undefined ? {} : { about }) });
}

/** The code is not known any more, or there never was one that can be mailed. */
export function notMailed(why: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_NOT_MAILED', `${why}: give it a new code with mode "rotate"`, {
    status: 409,
    expose: true,
  });
}

async function addTo(
  queue: MailQueue,
  parts: MailingParts,
  record: InvitationRecord,
  { kind, about }: MailPurpose,
): Promise<string> {
  const { id, bound, mail, tenant, inviter, expires } = record;
  const mailId = mailIdOf(id, mail?.ordered ?? 1);
  const to = bound === null ? null : canonicalEmail(bound);
  if (to === null) throw notMailed('the invitation is bound to no address');
  await queue.add({
    id: mailId,
    to,
    content: await contentOf(parts, record, kind),
    about: about ?? { type: 'invitation', id },
    tenant,
    inviter,
    expiresAt: expires,
  });
  parts.events({ type: 'invitation.mailed', id, mail: mailId, inviter, tenant });
  return mailId;
}

async function contentOf(
  { keyring, mailing, nameInviter, ...parts }: MailingParts,
  record: InvitationRecord,
  kind: MailPurpose['kind'],
): Promise<MailContent> {
  const code = mailedCodeOf(keyring, record);
  const { mail } = record;
  if (code === null || mail === null) throw notMailed('the secret of its code is no longer configured');
  const { url } = shown(parts, record, inGroups(code));
  if (url === null) throw noPage();
  const mailed = `${url}&${proofParameter}=${mailProof(keyring, record)}`;
  // An app's own signup page has no button that sends one.
  const isFlow = record.flow !== null || (parts.signupUrl ?? null) === null;
  const name = nameInviter === null ? null : await nameInviter(record);
  return {
    kind,
    locale: mail.locale ?? mailing.locale,
    flow: record.flow ?? parts.defaultFlow() ?? '',
    code: null,
    letter: {
      url: mailed,
      code: inGroups(code),
      app: mail.app,
      inviter: name === null ? null : mailedName(name, longestName),
      expiresAt: record.expires,
      zone: mail.zone,
      values: mail.values,
      renewUrl: mailing.freshLinks && isFlow ? mailed : null,
    },
    signInUrl: mailing.signInUrl,
  };
}

const longestName = 60;

/** @throws when no page takes the code */
export function noPage(): EnrollmentError {
  const issue = 'no page takes the code: configure a flow of the designation enrollment, or signupUrl';
  return new EnrollmentError('ERR_ENROLLMENT_INVITATION', issue, { issues: [issue], status: 400 });
}
