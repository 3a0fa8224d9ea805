import { setTimeout as delay } from 'node:timers/promises';
import { keepRenewed, type RenewalTerms } from '../../base/background.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';

/** The exclusive right to write an account for an identity. */
export interface IdentityLock {
  /** The outcome is known: the next enrollment may begin. */
  release(): Promise<void>;
  /** The outcome is unknown: the lock expires. */
  stopRenewal(): void;
}

export interface IdentityLockTerms extends RenewalTerms {
  /** How long to wait for another holder's lock, in milliseconds. */
  readonly timeoutMs: number;
}

/** A lock lasts 45 seconds at most, and 5 when its process dies. */
export const usualIdentityLock: IdentityLockTerms = Object.freeze({ seconds: 5, renewals: 24, timeoutMs: 7000 });
const pauseMs = 100;

/**
 * Acquires the lock `key` for `holder` once no other holder has it, and renews it during the write, up to a maximum
 * number of renewals; `null` after a timeout.
 */
export async function acquireIdentityLock(
  ephemeralStore: EphemeralStore,
  terms: IdentityLockTerms,
  key: string,
  holder: string,
): Promise<IdentityLock | null> {
  for (let waited = 0; (await ephemeralStore.setIfAbsent(key, holder, terms.seconds)) !== holder; waited += pauseMs) {
    if (waited >= terms.timeoutMs) return null;
    await delay(pauseMs);
  }
  // A write may take longer than the lock lasts. Once it has expired, the user store alone decides.
  const stopRenewal = keepRenewed(terms, () => {
    ephemeralStore.set(key, holder, terms.seconds).catch(() => undefined);
  });
  return {
    async release() {
      stopRenewal();
      if ((await ephemeralStore.peek(key)) === holder) await ephemeralStore.take(key);
    },
    stopRenewal,
  };
}
