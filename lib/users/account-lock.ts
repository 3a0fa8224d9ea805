import { setTimeout as delay } from 'node:timers/promises';
import { storeAway } from '../base/error.js';
import { digest128, randomToken } from '../base/ids.js';
import type { AccountLock } from '../ports/account-lock.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';

/** Longer than all calls of one change may take, with their time-outs. */
const lockSeconds = 60;
/** How long a second change waits for the first, in milliseconds. */
const busyTimeoutMs = 1500;
const pauseMs = 50;

export function createAccountLock(ephemeralStore: EphemeralStore): AccountLock {
  return async (userId, work) => {
    const [key, mine] = [`account-lock:${digest128(userId)}`, randomToken(9)];
    const until = Date.now() + busyTimeoutMs;
    while ((await ephemeralStore.setIfAbsent(key, mine, lockSeconds)) !== mine) {
      if (Date.now() >= until) throw storeAway('an account', new Error('it is being changed by another request'));
      await delay(pauseMs);
    }
    try {
      return await work();
    } finally {
      // Where this fails or is not reached, the lock ends by itself.
      await releaseLock(ephemeralStore, key, mine).catch(() => undefined);
    }
  };
}

/** Not the lock of another change, which began after this one's had expired. */
async function releaseLock(ephemeralStore: EphemeralStore, key: string, mine: string): Promise<void> {
  if ((await ephemeralStore.peek(key)) === mine) await ephemeralStore.take(key);
}
