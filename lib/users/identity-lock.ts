import { setTimeout as delay } from 'node:timers/promises';
import type { EphemeralStore } from '../ports/ephemeral-store.js';

/** The right to be the one enrollment of an identity that is being written. */
export interface IdentityLock {
  /** The outcome is known: the next one may come. */
  give(): Promise<void>;
  /** It is not: the turn lapses. */
  leave(): void;
}

export interface IdentityLockTerms {
  readonly seconds: number;
  /** How often a turn is lengthened, every third of it, while its holder writes: one that hangs must not keep it for ever. */
  readonly renewals: number;
  /** How long to wait for another holder, in milliseconds. */
  readonly timeoutMs: number;
}

/** A turn lasts 45 seconds at most, and 5 when its process dies. */
export const usualIdentityLock: IdentityLockTerms = Object.freeze({ seconds: 5, renewals: 24, timeoutMs: 7000 });
const pauseMs = 100;

/**
 * Takes the turn `key` for `holder` once no other holder has it, and keeps it while the holder writes, up to a last
 * renewal; `null` after too long.
 */
export async function acquireIdentityLock(
  ephemeralStore: EphemeralStore,
  { seconds: turnSeconds, renewals, timeoutMs }: IdentityLockTerms,
  key: string,
  holder: string,
): Promise<IdentityLock | null> {
  for (let waited = 0; (await ephemeralStore.setIfAbsent(key, holder, turnSeconds)) !== holder; waited += pauseMs) {
    if (waited >= timeoutMs) return null;
    await delay(pauseMs);
  }
  let left = renewals;
  // A write may take longer than a turn lasts. When the turn has lapsed, the user store alone decides.
  const renewal = setInterval(
    () => {
      left -= 1;
      if (left <= 0) clearInterval(renewal);
      ephemeralStore.set(key, holder, turnSeconds).catch(() => undefined);
    },
    (turnSeconds * 1000) / 3,
  );
  renewal.unref();
  return {
    async give() {
      clearInterval(renewal);
      if ((await ephemeralStore.peek(key)) === holder) await ephemeralStore.take(key);
    },
    leave() {
      clearInterval(renewal);
    },
  };
}
