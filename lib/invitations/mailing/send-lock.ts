import { storeAway } from '../../base/error.js';
import { digest128, randomToken } from '../../base/ids.js';
import { acquireLease, type LeaseTerms } from '../../base/lease.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import { findInvitation, type Reach } from '../management/find.js';

/** One call may take 20 seconds; its lock lasts 5 when its process dies. */
const lockTerms: LeaseTerms = Object.freeze({ seconds: 5, renewals: 9, timeoutMs: 15_000 });

/**
 * Call it before each write that makes an invitation valid: the lock is still one's own, and lasts for the write.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export type ConfirmLock = () => Promise<void>;

export interface AddressLockParts extends Reach {
  readonly mailing: { readonly ephemeralStore: EphemeralStore };
}

/**
 * Runs `work` while no other call makes a mailed invitation of the address and tenant valid, or valid again: of two at
 * once, the second sees what the first one did.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when others have it for too long
 */
export async function aloneForAddress<T>(
  ephemeralStore: EphemeralStore,
  { tenant, bound }: Pick<InvitationRecord, 'tenant' | 'bound'>,
  work: (confirm: ConfirmLock) => Promise<T>,
): Promise<T> {
  const key = `invitation-mails:${digest128(JSON.stringify([tenant, bound]))}`;
  const lease = await acquireLease(ephemeralStore, lockTerms, { key, holder: randomToken(16) });
  if (lease === null) throw storeAway('the lock for mailing invitations', new Error('taken for too long'));
  try {
    return await work(() => lease.confirm());
  } finally {
    // Where this fails, the lock ends by itself: what `work` did stays done.
    await lease.release().catch(() => undefined);
  }
}

/**
 * The same for the address of an invitation, with the invitation as it is then. One that was never mailed may stand beside
 * others: it needs no lock. `target`: the address that it will be bound to, where it is another one.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404), ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function aloneForInvitation<T>(
  parts: AddressLockParts,
  id: string,
  work: (present: InvitationSnapshot, confirm: ConfirmLock) => Promise<T>,
  target: (record: InvitationRecord) => string | null = ({ bound }) => bound,
): Promise<T> {
  for (;;) {
    const before = await findInvitation(parts, id);
    const bound = target(before.record);
    if (before.record.mail === null) return work(before, () => Promise.resolve());
    const done = await aloneForAddress(parts.mailing.ephemeralStore, { ...before.record, bound }, async (confirm) => {
      const present = await findInvitation(parts, id);
      // It was moved or erased meanwhile: another address is locked then.
      return target(present.record) === bound ? { result: await work(present, confirm) } : null;
    });
    if (done !== null) return done.result;
  }
}
