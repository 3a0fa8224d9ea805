import { EnrollmentError } from '../../base/error.js';
import { digest128 } from '../../base/ids.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { Inviters } from '../../ports/inviters.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';

/** What an inviter has left. */
export interface InviterAllowance {
  readonly left: number;
  readonly of: number;
  /** When the count begins again; `null` before the first invitation. */
  readonly renewsInSeconds: number | null;
}

interface QuotaParts {
  readonly inviters: Inviters | null;
  readonly rateLimiter: RateLimiter;
}

/**
 * Checks whether the record's inviter may create it, and counts `many` against the quota, atomically: two concurrent
 * calls cannot both get the last one. The returned function restores the quota when no invitation was created.
 * @throws ERR_ENROLLMENT_INVITER (403), ERR_ENROLLMENT_QUOTA (429)
 */
export async function chargeQuota(
  { inviters, rateLimiter }: QuotaParts,
  record: InvitationRecord,
  many: number,
): Promise<() => Promise<void>> {
  const { inviter } = record;
  if (inviter === null || inviters === null) return () => Promise.resolve();
  await refuseInviter({ inviters }, record);
  const quota = await inviters.quota(inviter);
  if (quota === null) return () => Promise.resolve();

  const window = quota.days * 24 * 3600;
  const key = keyOf(inviter);
  const giveBack = async (taken: number): Promise<void> => {
    for (let back = 0; back < taken; back += 1) await rateLimiter.reward(key, window);
  };
  for (let taken = 1; taken <= many; taken += 1) {
    const count = await rateLimiter.consume(key, window);
    if (count.taken <= quota.count) continue;
    await giveBack(taken);
    throw new EnrollmentError('ERR_ENROLLMENT_QUOTA', `this account has made its ${quota.count} invitations`, {
      status: 429,
      expose: true,
    });
  }
  return () => giveBack(many);
}

/** @throws ERR_ENROLLMENT_INVITER (403) where the record's inviter may not make it */
export async function refuseInviter(
  { inviters }: Pick<QuotaParts, 'inviters'>,
  record: InvitationRecord,
): Promise<void> {
  if (record.inviter === null || inviters === null || (await inviters.may(record.inviter, record))) return;
  throw new EnrollmentError('ERR_ENROLLMENT_INVITER', 'this account may not make such an invitation', {
    status: 403,
    expose: true,
  });
}

/** The rest of an inviter's quota; `null` when there is no limit. */
export async function allowanceOf(
  { inviters, rateLimiter }: QuotaParts,
  inviter: string,
): Promise<InviterAllowance | null> {
  const quota = (await inviters?.quota(inviter)) ?? null;
  if (quota === null) return null;
  const { taken, endsInSeconds } = await rateLimiter.get(keyOf(inviter));
  const used = Math.min(taken, quota.count);
  return { left: quota.count - used, of: quota.count, renewsInSeconds: used === 0 ? null : endsInSeconds };
}

function keyOf(inviter: string): string {
  return `inviter:${digest128(inviter)}`;
}
