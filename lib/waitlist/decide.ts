import { busyUntil, deliver, orderFor } from './deliver.js';
import { move, isUncertain, mayApprove, mayRefuse } from './entry.js';
import { orderMail } from './order-mail.js';
import { kitMailer, type InvitationTerms, type WaitlistParts } from './parts.js';
import { rowByRow, type RowOutcome, type WaitlistReport } from './report.js';
import { select, type Selection } from './select.js';

export interface WaitlistDecision {
  /** The decider, in the caller's words; at most 200 characters. */
  readonly by?: string;
}

/**
 * Invites waiting entries, and refused ones when they are named. The steps for each entry, in order: claim it by one
 * compare-and-set, so that one of two concurrent approvals does it · look it up among the members · create the
 * invitation · record it · send · record. A repeated call does nothing for entries that were already approved.
 * @throws ERR_ENROLLMENT_INVITATION for terms that do not hold, ERR_ENROLLMENT_WAITLIST (400) for a selection that does
 *   not; then no entry was approved
 */
export async function approve(
  parts: WaitlistParts,
  selection: Selection,
  terms: InvitationTerms,
  { by }: WaitlistDecision,
): Promise<WaitlistReport> {
  checkTerms(parts, terms);
  return rowByRow(await select(parts, selection), (id) => approveOne(parts, id, terms, nameOf(by)));
}

async function approveOne(
  parts: WaitlistParts,
  id: string,
  terms: InvitationTerms,
  by: string | null,
): Promise<RowOutcome> {
  const now = parts.clock.now();
  const taken = await move(parts.store, id, (entry) =>
    mayApprove(entry, now)
      ? {
          state: 'approved',
          decidedAt: now,
          by,
          invitation: null,
          earlier: entry.invitation === null ? entry.earlier : [...entry.earlier, entry.invitation],
          attempts: 0,
          lastError: null,
          busyUntil: busyUntil(parts),
        }
      : null,
  );
  if (taken === null) return { outcome: 'unknown', entry: null };
  if (taken.changed) return deliver(parts, taken, terms, { first: true, keep: false, endEarlier: null });
  const { entry } = taken;
  const mailer = kitMailer(parts);
  // The kit orders the mail of an invitation once.
  if (isUncertain(entry, now) && entry.invitation !== null && mailer !== null)
    return orderMail(parts, mailer, entry, entry.invitation);
  return isUncertain(entry, now) ? { outcome: 'already', entry, error: uncertain } : { outcome: 'already', entry };
}

const uncertain = 'sending was begun and its result is unknown; resend makes another invitation';

/** @throws ERR_ENROLLMENT_INVITATION */
export function checkTerms({ invitations }: WaitlistParts, terms: InvitationTerms): void {
  invitations.check(orderFor({ email: 'somebody@example.com', tenant: null }, terms));
}

function nameOf(by: string | undefined): string | null {
  return by === undefined || by === '' ? null : by.slice(0, 200);
}

/**
 * Refuses waiting entries. Sends no message; a refused person who asks again stays refused.
 * @throws ERR_ENROLLMENT_WAITLIST (400)
 */
export async function refuse(
  parts: WaitlistParts,
  selection: Selection,
  { by }: WaitlistDecision,
): Promise<WaitlistReport> {
  return rowByRow(await select(parts, selection), async (id): Promise<RowOutcome> => {
    const moved = await move(parts.store, id, (entry) =>
      mayRefuse(entry) ? { state: 'refused', decidedAt: parts.clock.now(), by: nameOf(by) } : null,
    );
    if (moved === null) return { outcome: 'unknown', entry: null };
    if (!moved.changed) return { outcome: 'already', entry: moved.entry };
    parts.events({ type: 'waitlist.refused', id, by: moved.entry.by });
    return { outcome: 'refused', entry: moved.entry };
  });
}
