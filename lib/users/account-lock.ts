import { storeAway } from '../base/error.js';
import { digest128, randomToken } from '../base/ids.js';
import { acquireLease, type LeaseTerms } from '../base/lease.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';

/**
 * One change may take a minute, and its lock lasts 6 seconds when its process dies. A second change waits longer than
 * that: it goes on by itself.
 */
export const usualAccountLock: LeaseTerms = Object.freeze({ seconds: 6, renewals: 27, timeoutMs: 7500 });

export function createAccountLock(ephemeralStore: EphemeralStore, terms: LeaseTerms = usualAccountLock): AccountLock {
  return async (userId, work) => {
    const lease = await acquireLease(ephemeralStore, terms, {
      key: `account-lock:${digest128(userId)}`,
      holder: randomToken(9),
    });
    if (lease === null) throw storeAway('an account', new Error('it is being changed by another request'));
    try {
      return await work(lease);
    } finally {
      // Where this fails or is not reached, the lock ends by itself.
      await lease.release().catch(() => undefined);
    }
  };
}

/** For work without a lock: nothing else changes what opens an account. */
export const alwaysHeld: HeldAccount = Object.freeze({ confirm: () => Promise.resolve() });
