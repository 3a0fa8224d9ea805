import { canonicalEmail } from '../../base/canonical.js';
import { EnrollmentError } from '../../base/error.js';
import { severalTries } from '../../base/several-tries.js';
import { mailedName } from '../../base/mailed-name.js';
import type { InvitationActor } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { MailContent } from '../../ports/mailer.js';
import type { MailOrder, MailQueue, MailSubject } from '../../ports/mail-queue.js';
import { inGroups } from '../codes/generated-code.js';
import { mailedCodeOf, mailProof, proofParameter } from '../codes/mailed-code.js';
import { shown } from '../management/create.js';
import { editInvitation, findInvitation } from '../management/find.js';
import { endEarlier, endEarlierNow, insteadOf, settleEarlier } from './end-earlier.js';
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

type OrderPurpose = MailPurpose & { readonly by?: string | undefined };

/**
 * Orders the first mail of an invitation, and then ends those that it takes the place of. Its name is known, and it is
 * counted once it is stored: where the process dies in between, the same call orders no second one. `record`: as it was
 * read.
 * @returns the mail's id; `null` where the app has no mailer
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function orderFirstMail(
  parts: MailingParts,
  record: InvitationRecord,
  { by, ...purpose }: OrderPurpose,
): Promise<string | null> {
  const { queue } = parts.mailing;
  const { id, mail } = record;
  if (queue === null) {
    await endEarlierNow(parts, record, actorOf(by));
    return null;
  }
  if (mail === null) throw neverMailed();
  if (mail.ordered > 0) return mailIdOf(id, mail.ordered);
  const ordered = await addTo(queue, parts, { ...record, mail: { ...mail, ordered: 1 } }, purpose);
  // The mail is on its way: where it is not counted, the next order finds it by its name, and what it takes the place of
  // ends before it is sent.
  await severalTries(async () => {
    await endEarlier(parts, record, actorOf(by));
    await editInvitation(parts, id, { ledger: 'mailed', by }, ({ record: { mail: now } }) =>
      now === null || now.ordered > 0 ? null : { mail: insteadOf({ ...now, ordered: 1 }, []) },
    );
  }).catch(() => undefined);
  return ordered;
}

/** True where an open invitation is still to be mailed: its process died, or lost its stores, before it ordered the mail. */
export function isUnsent({ mail, replaces }: InvitationRecord): boolean {
  // The new code of a reissue is mailed to no one.
  return mail !== null && mail.ordered === 0 && replaces === null;
}

/**
 * Orders one more mail of an invitation: counted in the record first, so that no two orders have the same name. `change`
 * changes the record in the same step; `others` are mails that are stored with it. `instead`: the ids of those that it takes
 * the place of, where the caller has them.
 * @returns the mail's id; `null` where the app has no mailer
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function orderMail(
  parts: MailingParts,
  id: string,
  {
    by,
    change = () => ({}),
    others = () => Promise.resolve([]),
    instead = [],
    ...purpose
  }: OrderPurpose & {
    readonly instead?: readonly string[];
    readonly change?: (record: InvitationRecord) => Partial<InvitationRecord>;
    readonly others?: (record: InvitationRecord, mail: string) => Promise<readonly MailOrder[]>;
  },
): Promise<string | null> {
  const { queue } = parts.mailing;
  if (queue === null) {
    const { record } = await findInvitation(parts, id);
    await endEarlierNow(parts, withInstead(record, instead), actorOf(by));
    return null;
  }
  const [first = null] = await queue.status([mailIdOf(id, 1)]);
  let ordered: InvitationRecord | null = null;
  await editInvitation(parts, id, { ledger: 'mailed', by }, ({ record }) => {
    const changed = { ...record, ...change(record) };
    if (changed.mail === null) throw neverMailed();
    const before = Math.max(changed.mail.ordered, first === null ? 0 : 1);
    const next = { ...changed, mail: { ...changed.mail, ordered: before + 1 } };
    ordered = next;
    return next;
  });
  if (ordered === null) return null;
  const mail = await addTo(queue, parts, ordered, purpose, others);
  // One whose first mail was never ordered; what fails here is done before the mail is sent.
  await severalTries(() => settleEarlier(parts, id, actorOf(by), instead)).catch(() => undefined);
  return mail;
}

const actorOf = (by: string | undefined): InvitationActor => (by === undefined ? {} : { by });

function withInstead(record: InvitationRecord, known: readonly string[]): InvitationRecord {
  const { mail } = record;
  return mail === null ? record : { ...record, mail: insteadOf(mail, mail.instead ?? known) };
}

const neverMailed = (): EnrollmentError => notMailed('the kit has not mailed this invitation');

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
  others: (record: InvitationRecord, mail: string) => Promise<readonly MailOrder[]> = () => Promise.resolve([]),
): Promise<string> {
  const { id, bound, mail, tenant, inviter, expires } = record;
  const mailId = mailIdOf(id, mail?.ordered ?? 1);
  const to = bound === null ? null : canonicalEmail(bound);
  if (to === null) throw notMailed('the invitation is bound to no address');
  const order: MailOrder = {
    id: mailId,
    to,
    content: await contentOf(parts, record, kind),
    about: about ?? { type: 'invitation', id },
    tenant,
    inviter,
    expiresAt: expires,
  };
  await queue.add(order, ...(await others(record, mailId)));
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
