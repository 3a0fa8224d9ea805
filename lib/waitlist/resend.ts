import { isEnrollmentError } from '../base/error.js';
import { markJoined } from './conversions.js';
import { checkTerms } from './decide.js';
import { busyUntil, deliver } from './deliver.js';
import { move, mayResend, type Moved } from './entry.js';
import { kitMailer, type InvitationTerms, type WaitlistParts } from './parts.js';
import { rowByRow, type RowOutcome, type WaitlistReport } from './report.js';
import { select, type Selection } from './select.js';
import { giveBack, type EndedEarlier } from './take-back.js';

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
  return deliver(parts, taken, terms, { first: false, keep, endEarlier: keep ? null : () => endEarlier(parts, taken) });
}

/**
 * Revokes the earlier invitation. A row that fails later restores it: it may be all that its person has. One that the kit
 * mailed ends once the next mail is stored.
 */
async function endEarlier(parts: WaitlistParts, taken: Moved): Promise<EndedEarlier> {
  const { id, invitation } = taken.entry;
  const nothing = (): Promise<void> => Promise.resolve();
  if (invitation === null) return { outcome: null, restore: nothing };
  const [before = null] = await parts.invitations.snapshot([invitation]);
  const { redeemed, stillOpen } =
    kitMailer(parts) === null
      ? await revokeKnown(parts, invitation)
      : { redeemed: before?.redeemed ?? 0, stillOpen: before?.claimed ?? 0 };
  if (redeemed > 0) return { outcome: { outcome: 'already', entry: await markJoined(parts, id) }, restore: nothing };
  const wasEnded = kitMailer(parts) === null && before !== null && !before.hasEnded;
  const restore = async (): Promise<void> => {
    if (wasEnded) await parts.invitations.restore(invitation);
  };
  if (stillOpen === 0) return { outcome: null, restore };
  const error = 'an account is being written with the invitation that was sent before';
  return { outcome: { outcome: 'already', entry: await giveBack(parts, taken), error }, restore };
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
