import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import { digest128 } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import { sealValue } from '../base/sealed-value.js';
import type { EnrollmentClock } from '../base/clock.js';
import type { TicketRecord, TicketStore } from '../ports/ticket-store.js';
import type { CreatedTicket, TicketSettings, TicketUser } from '../ports/tickets.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { UserProfile, UserStore } from '../ports/user-store.js';
import type { TicketContent } from './ticket-content.js';
import { listSettled } from './settle-ticket.js';
import { linkText, mailProof, markOf, newTicketSecret, publicId, subjectsOf } from './ticket-keys.js';
import { longestTtlSeconds, refuseTicket, ticketIssues, ttlOf, type TicketRules } from './ticket-settings.js';
import { findTicketUser } from './ticket-user.js';

/** The absolute address that a ticket of a flow is opened at; `mailed`: its link for a mail. */
export type TicketLinkUrl = (flow: string, token: string, mailed?: string) => string;

export interface TicketParts<User> {
  readonly store: TicketStore;
  readonly users: UserStore<User>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly rules: TicketRules;
  readonly linkUrl: TicketLinkUrl;
  /** True where the kit can send mails. */
  readonly sendsMails: boolean;
}

/** A ticket that is stored, with what a mail needs to say. */
export interface IssuedTicket {
  readonly created: CreatedTicket;
  /** The link for the kit's mail: only arrival by it proves the address. */
  readonly mailUrl: string;
  readonly record: TicketRecord;
  readonly content: TicketContent;
}

/** A new ticket, and the mailbox that its link may be sent to; `null`: the account has none. */
export interface NewTicket extends IssuedTicket {
  readonly mailbox: string | null;
}

/**
 * Creates a ticket for an account, and stores it.
 * @throws ERR_ENROLLMENT_TICKET, ERR_ENROLLMENT_UNKNOWN_USER, ERR_ENROLLMENT_INACTIVE, ERR_ENROLLMENT_TICKET_LIMIT
 */
export async function createTicket<User>(
  parts: TicketParts<User>,
  who: TicketUser,
  settings: TicketSettings,
): Promise<NewTicket> {
  const { rules, users, keyring, clock } = parts;
  refuseTicket('create', ticketIssues(rules, who, settings));
  const user = await findTicketUser(users, who);
  const profile = users.toProfile(user);
  if (!profile.active)
    throw new EnrollmentError('ERR_ENROLLMENT_INACTIVE', 'tickets.create(): the account is not active', {
      status: 403,
    });
  const { purpose, app, client, locale, zone, signIn, inviter, tenant, resultUrl, newEmail } = settings;
  // Without a mailer the link is for the caller alone, and nothing was sent to the address.
  const byKit = settings.delivery === 'kit' && parts.sendsMails;
  refuseTicket('create', [
    ...mailerIssues(parts, settings),
    ...addressIssues(profile, settings),
    ...(await inviterIssues(parts, settings)),
  ]);
  const [subject = ''] = subjectsOf(keyring, profile.id);
  const { secret, id } = newTicketSecret(keyring);
  const now = clock.now();
  const flow = settings.flow ?? rules.flows.find(({ tickets }) => tickets.includes(purpose))?.slug ?? '';
  const passwordHash = (await users.passwordHash?.(user)) ?? null;
  const onEarlier = settings.onEarlier ?? 'end';
  // Until its mail is stored, their links go on.
  const waits = byKit && onEarlier === 'end';
  const content: TicketContent = {
    user: profile.id,
    flow,
    address: markOf(keyring, 'address', profile.id, addressOf(profile)),
    password: markOf(keyring, 'password', profile.id, passwordHash === null ? null : digest128(passwordHash)),
    new_address: newEmail === undefined ? null : await sealAddress(keyring, newEmail, now),
    result_url: resultUrl ?? (client === undefined ? null : (rules.clients.get(client)?.resultUrl ?? null)),
    client: client ?? null,
    app: app ?? (client === undefined ? null : (rules.clients.get(client)?.name ?? null)),
    verifies: verifies(settings, byKit),
    shows_email: settings.includeEmailInRedirect ?? false,
    signs_in: signIn ?? null,
    by_kit: byKit,
    locale: locale ?? null,
    zone: zone ?? null,
    inviter: inviter ?? null,
    tenant: tenant ?? null,
    mail: byKit ? `ticket:${publicId({ subject, id })}:1` : null,
    ends_earlier: waits,
    root: null,
    renewals: 0,
  };
  const record: TicketRecord = { id, subject, purpose, createdAt: now, expires: now + ttlOf(settings) * 1000, content };
  if (waits) await addBeside(parts, record);
  else await storeTicket(parts, record, content, onEarlier);
  const url = parts.linkUrl(flow, linkText(subject, secret));
  return {
    created: { url, id: publicId(record), expiresAt: record.expires, mail: content.mail },
    mailUrl: parts.linkUrl(flow, linkText(subject, secret), mailProof(keyring, secret)),
    record,
    content,
    mailbox: newEmail === undefined ? addressOf(profile) : canonicalEmail(newEmail),
  };
}

type StoreParts<User> = Pick<TicketParts<User>, 'store' | 'users' | 'rehashed' | 'keyring'>;

/**
 * Stores a ticket beside the earlier ones, whose links go on until its mail is stored. Of an account with as many open ones
 * as are kept, the oldest of its purpose ends now.
 */
async function addBeside<User>(parts: StoreParts<User>, record: TicketRecord): Promise<void> {
  const { store } = parts;
  const { subject, purpose } = record;
  if ((await store.create(record, false)) !== 'full') return;
  // Claims of processes that died count as open until they are settled.
  const open = (await listSettled(parts, [subject])).filter(({ state }) => state.type === 'open');
  if ((await store.create(record, false)) !== 'full') return;
  const oldest = open.findLast((one) => one.record.purpose === purpose);
  if (oldest !== undefined) await store.end(subject, 'superseded', { ids: [oldest.record.id] });
  if ((await store.create(record, false)) === 'full') throw tooManyOpen();
}

/** Stores the ticket. Earlier ones of its purpose end, or are valid as long as it is, 30 days from their creation at most. */
async function storeTicket<User>(
  parts: StoreParts<User>,
  record: TicketRecord,
  { user }: Pick<TicketContent, 'user'>,
  onEarlier: 'end' | 'extend',
): Promise<void> {
  const { store, keyring } = parts;
  const { purpose, subject, expires } = record;
  const purposes = [purpose];
  // Under an earlier secret of the app the user's tickets have another subject.
  const others = subjectsOf(keyring, user).filter((one) => one !== subject);
  if (onEarlier === 'end') {
    await add(parts, record, true);
    await Promise.all(others.map((one) => store.end(one, 'superseded', { purposes })));
    return;
  }
  await add(parts, record, false);
  for (const one of [subject, ...others]) {
    const open = (await store.list(one)).filter(({ record: { purpose: other }, state }) => {
      return other === purpose && state.type === 'open';
    });
    for (const { record: earlier } of open) {
      const until = Math.min(expires, earlier.createdAt + longestTtlSeconds * 1000);
      if (earlier.expires < until) await store.extend(one, earlier.id, until);
    }
  }
}

/** Of an account with as many open tickets as a store keeps, none ends unnoticed. */
async function add<User>(parts: StoreParts<User>, record: TicketRecord, supersede: boolean): Promise<void> {
  if ((await parts.store.create(record, supersede)) !== 'full') return;
  // Claims of processes that died count as open until they are settled.
  await listSettled(parts, [record.subject]);
  if ((await parts.store.create(record, supersede)) !== 'full') return;
  throw tooManyOpen();
}

function tooManyOpen(): EnrollmentError {
  return new EnrollmentError(
    'ERR_ENROLLMENT_TICKET_LIMIT',
    'tickets.create(): the account has too many open tickets; revoke some of them first',
    { status: 409 },
  );
}

/** A mark that the caller asked for holds where the kit mails the link, or where they mail it themselves. */
function verifies({ markEmailAsVerified, delivery }: TicketSettings, byKit: boolean): boolean {
  return markEmailAsVerified === undefined ? byKit : markEmailAsVerified && (byKit || delivery !== 'kit');
}

function addressOf({ email }: Pick<UserProfile, 'email'>): string | null {
  return email === null || email === undefined ? null : canonicalEmail(email);
}

const sealedAddress = { purpose: 'ticket-address', seconds: null } as const;

function sealAddress(keyring: Keyring, address: string, now: number): Promise<string> {
  return sealValue(keyring, sealedAddress, { address: canonicalEmail(address) ?? '' }, now);
}

/** Who is named in the mail, and told of fresh links. */
async function inviterIssues<User>(
  { users }: Pick<TicketParts<User>, 'users'>,
  { inviter }: TicketSettings,
): Promise<readonly string[]> {
  const user = inviter === undefined ? null : await users.findById(inviter);
  if (inviter === undefined || (user !== null && users.toProfile(user).active)) return [];
  return ['"inviter" is the id of no active account'];
}

/** An address is proved by a mail alone: without one there is nothing to use the ticket for. */
function mailerIssues(
  { sendsMails }: Pick<TicketParts<unknown>, 'sendsMails'>,
  { purpose, delivery }: TicketSettings,
): readonly string[] {
  return purpose.endsWith('-email') && delivery === 'kit' && !sendsMails
    ? [`"delivery" is own for ${purpose} without the option mailer: the kit cannot send its link`]
    : [];
}

function addressIssues(profile: UserProfile, { purpose, newEmail, delivery }: TicketSettings): readonly string[] {
  const address = addressOf(profile);
  const isNeeded = purpose === 'verify-email' || (delivery === 'kit' && newEmail === undefined);
  if (isNeeded && address === null) return ['the account has no email address'];
  return newEmail !== undefined && canonicalEmail(newEmail) === address
    ? ['"newEmail" is the address that the account has']
    : [];
}
