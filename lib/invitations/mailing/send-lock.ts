import { setTimeout as pause } from 'node:timers/promises';
import { storeAway } from '../../base/error.js';
import { digest128, randomToken } from '../../base/ids.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';

/** How long one call may have it, in seconds, and how long another call waits. */
const lockSeconds = 20;
const waitMs = 15_000;
const pauseMs = 40;

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
  const holder = randomToken(16);
  for (let waited = 0; (await ephemeralStore.setIfAbsent(key, holder, lockSeconds)) !== holder; waited += pauseMs) {
    if (waited >= waitMs) throw storeAway('the lock for mailing invitations', new Error('taken for too long'));
    await pause(pauseMs);
  }
  try {
    return await work();
  } finally {
    if ((await ephemeralStore.peek(key)) === holder) await ephemeralStore.take(key);
  }
}
