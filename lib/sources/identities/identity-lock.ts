import { setTimeout as delay } from 'node:timers/promises';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';

/** The right to be the one enrollment of an identity that is being written. */
export interface IdentityLock {
  /** The outcome is known: the next enrollment may begin. */
  release(): Promise<void>;
  /** The outcome is not known: the lock lapses. */
  stopRenewal(): void;
}

export interface IdentityLockTerms {
  readonly seconds: number;
  /** How often the lock is renewed, every third of its time, while its holder writes: one that hangs must not keep it for ever. */
  readonly renewals: number;
  /** How long to wait for another holder, in milliseconds. */
  readonly timeoutMs: number;
}

/** A lock lasts 45 seconds at most, and 5 when its process dies. */
export const usualIdentityLock: IdentityLockTerms = Object.freeze({ seconds: 5, renewals: 24, timeoutMs: 7000 });
const pauseMs = 100;

/**
 * Takes the lock `key` for `holder` once no other holder has it, and keeps it while the holder writes, up to a last
 * renewal; `null` after too long.
 */
export async function acquireIdentityLock(
  ephemeralStore: EphemeralStore,
  { seconds: lockSeconds, renewals, timeoutMs }: IdentityLockTerms,
  key: string,
  holder: string,
): Promise<IdentityLock | null> {
  for (let waited = 0; (await ephemeralStore.setIfAbsent(key, holder, lockSeconds)) !== holder; waited += pauseMs) {
    if (waited >= timeoutMs) return null;
    await delay(pauseMs);
  }
  let left = renewals;
  // A write may take longer than the lock lasts. When it has lapsed, the user store alone decides.
  const renewal = setInterval(
    () => {
      left -= 1;
      if (left <= 0) clearInterval(renewal);
      ephemeralStore.set(key, holder, lockSeconds).catch(() => undefined);
    },
    (lockSeconds * 1000) / 3,
  );
  renewal.unref();
  return {
    async release() {
      clearInterval(renewal);
      if ((await ephemeralStore.peek(key)) === holder) await ephemeralStore.take(key);
    },
    stopRenewal() {
      clearInterval(renewal);
    },
  };
}
