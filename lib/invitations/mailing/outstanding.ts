import { EnrollmentError } from '../../base/error.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationQuery, InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import type { EmailInvitations, InvitationActor } from '../../ports/invitation-input.js';
import { stateOf } from '../access/eligibility.js';
import { endInvitation } from '../management/revoke.js';
import type { MailingParts } from './mailing.js';

const pageSize = 200;
/** How many of the newest invitations are looked through. */
const mostRead = 5000;

/** True while somebody may still use it. */
function isOutstanding(snapshot: InvitationSnapshot, settles: boolean): boolean {
  return ['open', 'held', 'not_yet'].includes(stateOf(snapshot, settles));
}

/** The outstanding invitations of a query that `fits`, the newest first. */
async function* outstanding(
  { store, settles }: Pick<MailingParts, 'store' | 'settles'>,
  query: Omit<InvitationQuery, 'limit' | 'after'>,
  fits: (record: InvitationRecord) => boolean,
): AsyncGenerator<InvitationRecord> {
  let read = 0;
  for await (const page of everyPage((cursor) => store.list({ ...query, limit: pageSize, ...cursor }))) {
    for (const snapshot of page.snapshots)
      if (fits(snapshot.record) && isOutstanding(snapshot, settles)) yield snapshot.record;
    read += pageSize;
    if (read >= mostRead) return;
  }
}

/**
 * Refuses a new mailed invitation above the ceiling of outstanding ones. Only mailed ones count, without those that the
 * new one ends.
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429)
 */
export async function refuseTooMany(
  parts: MailingParts,
  made: InvitationRecord,
  onEarlier: EmailInvitations['onEarlier'],
): Promise<void> {
  const { inviter, tenant } = made;
  const { perInviter, perTenant } = parts.mailing.outstanding;
  const of = tenant === null ? {} : { tenant };
  const counts = (record: InvitationRecord): boolean =>
    record.mail !== null && record.tenant === tenant && !(onEarlier === 'end' && isReplacedBy(made, record));
  if (perInviter !== null && inviter !== null && (await reaches(parts, { ...of, inviter }, counts, perInviter)))
    throw tooMany(`this account has ${String(perInviter)} invitations that are still open`);
  if (perTenant !== null && (await reaches(parts, of, counts, perTenant)))
    throw tooMany(`${String(perTenant)} mailed invitations are still open`);
}

async function reaches(
  parts: MailingParts,
  query: Omit<InvitationQuery, 'limit' | 'after'>,
  counts: (record: InvitationRecord) => boolean,
  ceiling: number,
): Promise<boolean> {
  const found: string[] = [];
  for await (const { id } of outstanding(parts, query, counts)) {
    found.push(id);
    if (found.length >= ceiling) return true;
  }
  return false;
}

/** @returns the error for a limit; `retryAfterSeconds` is `null` where no time helps */
export function tooMany(why: string, retryAfterSeconds: number | null = null): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_INVITATION_LIMIT', why, { status: 429, expose: true, retryAfterSeconds });
}

/**
 * True for what a new invitation takes the place of: one for the same address, tenant and flow. An inviter's invitation
 * replaces that inviter's own only: it must not end what an administrator granted.
 */
function isReplacedBy({ id, bound, tenant, flow, inviter }: InvitationRecord, record: InvitationRecord): boolean {
  return (
    record.id !== id &&
    record.bound === bound &&
    record.tenant === tenant &&
    record.flow === flow &&
    (inviter === null || record.inviter === inviter)
  );
}

/** Revokes the outstanding ones that `made` replaces; accounts that are being written with them go on. */
export async function endEarlier(parts: MailingParts, made: InvitationRecord, actor: InvitationActor): Promise<void> {
  const { bound, tenant } = made;
  if (bound === null) return;
  const query = { search: bound, ...(tenant === null ? {} : { tenant }) };
  const earlier: string[] = [];
  for await (const { id } of outstanding(parts, query, (record) => isReplacedBy(made, record))) earlier.push(id);
  for (const id of earlier) await endInvitation(parts, id, actor);
}
