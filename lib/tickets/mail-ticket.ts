import { canonicalEmail } from '../base/canonical.js';
import { mailedName } from '../base/mailed-name.js';
import type { MailOrder, MailQueue } from '../ports/mail-queue.js';
import type { MailContent } from '../ports/mailer.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import type { UserStore } from '../ports/user-store.js';
import type { IssuedTicket } from './create-ticket.js';

export interface MailTicketParts<User> {
  /** `null`: the app has no mailer. */
  readonly mails: MailQueue | null;
  readonly users: UserStore<User>;
  /** The language of mails whose ticket names none. */
  readonly defaultLocale: string;
  /** The absolute address of the app's sign-in page, or of its home. */
  readonly signInUrl: string;
}

const longestName = 80;
const kinds = {
  invite: 'ticket_invite',
  recovery: 'ticket_recovery',
  'verify-email': 'ticket_verify_email',
  'change-email': 'ticket_change_email',
} as const satisfies Readonly<Record<TicketPurpose, MailContent['kind']>>;

/** Orders the mail with the link of a ticket, where its content names one. `others` are stored in the same step. */
export async function mailTicket<User>(
  parts: MailTicketParts<User>,
  { created, mailUrl, record, content }: IssuedTicket,
  to: string | null,
  others: readonly MailOrder[] = [],
): Promise<void> {
  const { mails, users, defaultLocale, signInUrl } = parts;
  if (mails === null || content.mail === null || to === null) return;
  const { id } = created;
  const { purpose, expires } = record;
  const { app, inviter, tenant, flow, locale, zone } = content;
  const isRenewable = purpose !== 'change-email';
  const letter: MailOrder = {
    id: content.mail,
    to,
    content: {
      kind: kinds[purpose],
      locale: locale ?? defaultLocale,
      flow,
      code: null,
      letter: {
        url: mailUrl,
        code: null,
        app,
        inviter: await nameOf(users, inviter),
        expiresAt: expires,
        zone: zone ?? 'UTC',
        values: {},
        // The page of an expired link sends a fresh one.
        renewUrl: isRenewable ? mailUrl : null,
      },
      signInUrl,
    },
    about: { type: 'ticket', id },
    tenant,
    inviter,
    expiresAt: expires,
  };
  await mails.add(letter, ...others);
}

/**
 * The letter to the person who asked for a ticket: its owner was sent a fresh one. None where the limits of their address
 * do not allow it.
 */
export async function letterToInviter<User>(
  { mails, users, defaultLocale, signInUrl }: MailTicketParts<User>,
  { created, content }: IssuedTicket,
  mayMail: (address: string) => Promise<boolean>,
): Promise<readonly MailOrder[]> {
  const { inviter, flow, app, tenant } = content;
  const user = mails === null || inviter === null ? null : await users.findById(inviter);
  const { email = null, active = false } = user === null ? {} : users.toProfile(user);
  const to = active ? canonicalEmail(email ?? '') : null;
  if (mails === null || to === null || !(await mayMail(to))) return [];
  const letter: MailOrder = {
    id: `${content.mail ?? created.id}:told`,
    to,
    content: {
      kind: 'fresh_link_requested',
      locale: defaultLocale,
      flow,
      code: null,
      letter: {
        url: signInUrl,
        code: null,
        app,
        inviter: null,
        expiresAt: null,
        zone: 'UTC',
        values: {},
        renewUrl: null,
      },
      signInUrl,
    },
    about: { type: 'ticket', id: created.id },
    tenant,
    inviter,
    expiresAt: null,
  };
  return [letter];
}

/** The name of the person who asked for the ticket, fit for a mail; never an address. */
async function nameOf<User>(users: UserStore<User>, inviter: string | null): Promise<string | null> {
  const user = inviter === null ? null : await users.findById(inviter);
  const { name = null, active = false } = user === null ? {} : users.toProfile(user);
  return name === null || !active ? null : mailedName(name, longestName);
}
