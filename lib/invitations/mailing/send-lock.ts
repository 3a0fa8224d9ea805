import { storeAway } from '../../base/error.js';
import { digest128, randomToken } from '../../base/ids.js';
import { acquireLease, type LeaseTerms } from '../../base/lease.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';

/** One call may take 20 seconds; its lock lasts 5 when its process dies. */
const lockTerms: LeaseTerms = Object.freeze({ seconds: 5, renewals: 9, timeoutMs: 15_000 });

/**
 * Runs `work` while no other call mails an invitation of the tenant to the address: of two at once, one ends the other.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when others have it for too long
 */
export async function aloneForAddress<T>(
  ephemeralStore: EphemeralStore,
  { tenant, bound }: Pick<InvitationRecord, 'tenant' | 'bound'>,
  work: () => Promise<T>,
): Promise<T> {
  const key = `invitation-mails:${digest128(JSON.stringify([tenant, bound]))}`;
  const lease = await acquireLease(ephemeralStore, lockTerms, { key, holder: randomToken(16) });
  if (lease === null) throw storeAway('the lock for mailing invitations', new Error('taken for too long'));
  try {
    return await work();
  } finally {
    // Where this fails, the lock ends by itself: what `work` did stays done.
    await lease.release().catch(() => undefined);
  }
}
