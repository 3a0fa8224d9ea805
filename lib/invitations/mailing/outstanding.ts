import { EnrollmentError } from '../../base/error.js';
import { everyPage } from '../../base/paging.js';
import type { EmailInvitations } from '../../ports/invitation-input.js';
import type {
  InvitationRecord,
  InvitationSnapshot,
  InvitationStore,
  OutstandingCeilings,
} from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';

/** What the ceilings of outstanding invitations need. */
export interface CeilingParts {
  readonly store: InvitationStore;
  readonly settles: boolean;
  readonly mailing: Pick<EmailInvitations, 'outstanding' | 'onEarlier'>;
}

const pageSize = 200;
/** Beyond the time that a call may take, in seconds. */
const reservedSeconds = 60;

/** True while somebody may still use it, now or later. */
export function isUsable(snapshot: InvitationSnapshot, settles: boolean): boolean {
  return ['open', 'held', 'not_yet'].includes(stateOf(snapshot, settles));
}

/**
 * Counts a mailed invitation that is about to be created, or to be valid again; in one step, so that the ceilings hold for
 * parallel calls. `instead`: the ids of those that end in its favor.
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429)
 */
export async function reserveOutstanding(
  { store, mailing: { outstanding } }: CeilingParts,
  record: InvitationRecord,
  { instead = [], seconds = 0 }: { readonly instead?: readonly string[]; readonly seconds?: number } = {},
): Promise<void> {
  if (record.mail === null) return;
  const reservation = { record, ceilings: outstanding, instead, seconds: seconds + reservedSeconds };
  const reached = await store.reserveOutstanding(reservation);
  if (reached !== null) throw tooMany(sentences[reached](outstanding[reached] ?? 0));
}

/**
 * Invitations that were to end in favor of another one go on. Where the store is away, they have no place of their own until
 * their reservation lapses.
 */
export async function keepOutstanding(parts: CeilingParts, records: readonly InvitationRecord[]): Promise<void> {
  for (const record of records) await reserveOutstanding(parts, record).catch(() => undefined);
}

/** The same for those with these ids. @throws ERR_ENROLLMENT_STORE_AWAY (503) */
export async function keepOutstandingOf(parts: CeilingParts, ids: readonly string[]): Promise<void> {
  const found = await parts.store.read(ids);
  await keepOutstanding(
    parts,
    found.flatMap((one) => one?.record ?? []),
  );
}

/**
 * As `reserveOutstanding`, for a change of an invitation that is over and would be valid again, or would be for another address or flow. It
 * is not valid beside another one there. Call it under the lock of its address.
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429)
 * @throws ERR_ENROLLMENT_NOT_REISSUED (409)
 */
export async function reserveRevived(
  parts: CeilingParts,
  before: InvitationSnapshot,
  change: Partial<InvitationRecord>,
): Promise<void> {
  const record = { ...before.record, ...change };
  const { settles } = parts;
  const isOver = !isUsable(before, settles);
  const isMoved = record.bound !== before.record.bound || record.flow !== before.record.flow;
  if ((!isOver && !isMoved) || !isUsable({ ...before, record }, settles)) return;
  const successor = await newestBeside(parts, record);
  if (successor !== null) {
    const why = isOver
      ? `this invitation is over, and its address has the newer one ${successor.id}: revoke that one first`
      : `the address has the invitation ${successor.id}: revoke that one first`;
    throw new EnrollmentError('ERR_ENROLLMENT_NOT_REISSUED', why, { status: 409, expose: true });
  }
  if (isOver) await reserveOutstanding(parts, record);
}

const sentences: Readonly<Record<keyof OutstandingCeilings, (ceiling: number) => string>> = {
  perInviter: (ceiling) => `this account has ${String(ceiling)} invitations that are still open`,
  perRecipient: (ceiling) => `this address has ${String(ceiling)} invitations that are still open`,
  perTenant: (ceiling) => `${String(ceiling)} mailed invitations are still open`,
};

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

/** The usable invitations that `made` takes the place of. */
export function earlierOf(
  parts: Pick<CeilingParts, 'store' | 'settles'>,
  made: InvitationRecord,
): Promise<readonly InvitationRecord[]> {
  return usableFor(parts, made, (record) => isReplacedBy(made, record));
}

/**
 * The usable mailed invitation that took the place of an expired one, which must not be valid beside it; `null`: there is
 * none, or several may stand beside each other.
 */
export async function successorOf(parts: CeilingParts, expired: InvitationSnapshot): Promise<InvitationRecord | null> {
  return stateOf(expired, parts.settles) === 'expired' ? newestBeside(parts, expired.record) : null;
}

function newestBeside(parts: CeilingParts, record: InvitationRecord): Promise<InvitationRecord | null> {
  return parts.mailing.onEarlier === 'keep' ? Promise.resolve(null) : newestFor(parts, record);
}

/** The latest other usable mailed invitation for the address, tenant and flow of a mailed one; `null`: there is none. */
export async function newestFor(
  parts: Pick<CeilingParts, 'store' | 'settles'>,
  record: InvitationRecord,
): Promise<InvitationRecord | null> {
  if (record.mail === null) return null;
  const found = await usableFor(
    parts,
    record,
    (other) => other.mail !== null && (isReplacedBy(other, record) || isReplacedBy(record, other)),
  );
  return latestOf(found);
}

/** The latest usable invitation of a tenant, or of none, that is bound to this address; `null`: there is none. */
export async function latestUsable(
  parts: Pick<CeilingParts, 'store' | 'settles'>,
  address: Pick<InvitationRecord, 'bound' | 'tenant'>,
): Promise<InvitationRecord | null> {
  const { bound, tenant } = address;
  return latestOf(await usableFor(parts, address, (record) => record.bound === bound && record.tenant === tenant));
}

function latestOf(records: readonly InvitationRecord[]): InvitationRecord | null {
  return records.toSorted((one, other) => other.createdAt - one.createdAt)[0] ?? null;
}

async function usableFor(
  { store, settles }: Pick<CeilingParts, 'store' | 'settles'>,
  { bound, tenant }: Pick<InvitationRecord, 'bound' | 'tenant'>,
  fits: (record: InvitationRecord) => boolean,
): Promise<readonly InvitationRecord[]> {
  if (bound === null) return [];
  const query = { search: bound, limit: pageSize, ...(tenant === null ? {} : { tenant }) };
  const found: InvitationRecord[] = [];
  for await (const page of everyPage((cursor) => store.list({ ...query, ...cursor })))
    for (const snapshot of page.snapshots)
      if (fits(snapshot.record) && isUsable(snapshot, settles)) found.push(snapshot.record);
  return found;
}
