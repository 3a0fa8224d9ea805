import type { LapsedTicketClaim, TicketPurpose, TicketSnapshot } from '../ports/ticket-store.js';
import { accountOf, isPasswordOf, readTicket, type FindParts, type TicketAccount } from './find-ticket.js';
import { contentOf } from './ticket-content.js';
import { isMarkOf, type TicketRef } from './ticket-keys.js';

type SettleParts<User> = Pick<FindParts<User>, 'store' | 'users' | 'rehashed' | 'keyring'>;

/** What the write of a ticket is known by. */
interface TicketOfUser extends TicketRef {
  readonly purpose: TicketPurpose;
  readonly user: string;
}

/** True where the account shows what a claim with this mark has written. */
export function isWritten(
  { keyring }: Pick<FindParts<unknown>, 'keyring'>,
  { purpose, user }: Pick<TicketOfUser, 'purpose' | 'user'>,
  mark: string,
  account: TicketAccount,
): boolean {
  const {
    address,
    profile: { emailVerified },
  } = account;
  if (!purpose.endsWith('-email')) return isPasswordOf(keyring, mark, user, account);
  // Some stores do not tell; there only a new address is seen.
  const isMarked = emailVerified === true || (emailVerified === undefined && purpose === 'change-email');
  return isMarked && isMarkOf(keyring, mark, 'address', user, address);
}

/** A claim whose lease lapsed: what it wrote decides. */
export async function settleClaim<User>(
  parts: SettleParts<User>,
  ticket: TicketOfUser,
  { plan, token, mark }: LapsedTicketClaim,
): Promise<void> {
  const { store } = parts;
  const { subject, id } = ticket;
  const account = await accountOf(parts, ticket);
  if (account !== null && isWritten(parts, ticket, mark, account)) await store.commit(subject, id, plan);
  else await store.release(subject, id, token);
}

/** The first of some tickets that exists, after its lapsed claim was settled. */
export async function readSettled<User>(
  parts: SettleParts<User>,
  refs: readonly TicketRef[],
): Promise<TicketSnapshot | null> {
  const snapshot = await readTicket(parts, refs);
  if (snapshot === null || !(await settleSnapshot(parts, snapshot))) return snapshot;
  return readTicket(parts, [snapshot.record]);
}

/** All tickets of some subjects, after lapsed claims were settled. */
export async function listSettled<User>(
  parts: SettleParts<User>,
  subjects: readonly string[],
): Promise<readonly TicketSnapshot[]> {
  const list = async (): Promise<readonly TicketSnapshot[]> =>
    (await Promise.all(subjects.map((subject) => parts.store.list(subject)))).flat();
  const tickets = await list();
  const settled = await Promise.all(tickets.map((ticket) => settleSnapshot(parts, ticket)));
  return settled.includes(true) ? list() : tickets;
}

async function settleSnapshot<User>(parts: SettleParts<User>, { record, lapsed }: TicketSnapshot): Promise<boolean> {
  const content = contentOf(record.content);
  if (lapsed === null || content === null) return false;
  const { subject, id, purpose } = record;
  await settleClaim(parts, { subject, id, purpose, user: content.user }, lapsed);
  return true;
}
