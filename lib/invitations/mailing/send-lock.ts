import { setTimeout as pause } from 'node:timers/promises';
import { storeAway } from '../../base/error.js';
import { digest128, randomToken } from '../../base/ids.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';

/** How long one call may have it, in seconds, and how long another call waits. */
const lockSeconds = 20;
const waitMs = 15_000;
const pauseMs = 40;

/**
 * Runs `work` while no other call sends invitations of the tenant: a ceiling holds, and of two invitations for one address
 * one ends the other.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when others have it for too long
 */
export async function aloneInTenant<T>(
  ephemeralStore: EphemeralStore,
  tenant: string | null,
  work: () => Promise<T>,
): Promise<T> {
  const key = `invitation-mails:${digest128(JSON.stringify(tenant))}`;
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
