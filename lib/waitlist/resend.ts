import { isEnrollmentError } from '../base/error.js';
import { markJoined } from './conversions.js';
import { checkTerms } from './decide.js';
import { busyUntil, deliver, giveBack } from './deliver.js';
import { move, mayResend, type Moved } from './entry.js';
import type { InvitationTerms, WaitlistParts } from './parts.js';
import { rowByRow, textOf, type RowOutcome, type WaitlistReport } from './report.js';
import { select, type Selection } from './select.js';

export interface Resending {
  /** True: the earlier invitation stays valid in addition to the new one. Default: it is revoked. */
  readonly keep?: boolean;
  readonly invitation?: InvitationTerms;
}

/**
 * Invites approved entries again. Codes are kept as hashes only, so the message cannot be the same: a new invitation is
 * created, and the earlier one is revoked. A person who used it meanwhile is marked as joined and gets no message.
 * @throws as `approve`
 */
export async function resend(
  parts: WaitlistParts,
  selection: Selection,
  { keep = false, invitation: terms = {} }: Resending,
): Promise<WaitlistReport> {
  checkTerms(parts, terms);
  return rowByRow(await select(parts, selection), (id) => resendOne(parts, id, keep, terms));
}

async function resendOne(parts: WaitlistParts, id: string, keep: boolean, terms: InvitationTerms): Promise<RowOutcome> {
  const now = parts.clock.now();
  const taken = await move(parts.store, id, (entry) =>
    mayResend(entry, now) ? { busyUntil: busyUntil(parts) } : null,
  );
  if (taken === null) return { outcome: 'unknown', entry: null };
  if (!taken.changed) return { outcome: 'already', entry: taken.entry };
  return (keep ? null : await endEarlier(parts, taken)) ?? deliver(parts, taken, terms, { first: false, keep });
}

/** Revokes the earlier invitation; returns the row's outcome when that already ends it. */
async function endEarlier(parts: WaitlistParts, taken: Moved): Promise<RowOutcome | null> {
  const { id, invitation } = taken.entry;
  if (invitation === null) return null;
  try {
    const { redeemed, stillOpen } = await revokeKnown(parts, invitation);
    if (redeemed > 0) return { outcome: 'already', entry: await markJoined(parts, id) };
    if (stillOpen === 0) return null;
  } catch (error) {
    return { outcome: 'failed', entry: await giveBack(parts, taken), error: textOf(error) };
  }
  const error = 'an account is being written with the invitation that was sent before';
  return { outcome: 'already', entry: await giveBack(parts, taken), error };
}

/** Revokes an invitation; one that the store has lost needs no revocation. */
export async function revokeKnown(
  { invitations }: Pick<WaitlistParts, 'invitations'>,
  id: string,
): Promise<{ readonly redeemed: number; readonly stillOpen: number }> {
  try {
    return await invitations.revoke(id);
  } catch (error) {
    if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_UNKNOWN_INVITATION')
      return { redeemed: 0, stillOpen: 0 };
    throw error;
  }
}
