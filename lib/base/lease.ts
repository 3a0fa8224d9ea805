import { setTimeout as delay } from 'node:timers/promises';
import { keepRenewed, type RenewalTerms } from './background.js';
import { storeAway } from './error.js';

/** The functions of an `EphemeralStore` that a lease needs. */
interface LeaseStore {
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string>;
  compareAndSet(
    key: string,
    expected: string,
    next: { readonly value: string; readonly ttlSeconds: number } | null,
  ): Promise<boolean>;
}

export interface LeaseTerms extends RenewalTerms {
  /** How long to wait for another holder's lease, in milliseconds. */
  readonly timeoutMs: number;
}

/** The exclusive right to do something, on whichever server, while it is renewed. */
export interface Lease {
  /**
   * Call it immediately before a write that has no compare-and-set of its own: after it, the lease lasts longer than
   * one call of a store may. A process that was suspended for longer than its lease finds out here.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503) when another holder may have it by now
   */
  confirm(): Promise<void>;
  /** The work is over: the next holder may begin. Another holder's lease stays. */
  release(): Promise<void>;
  /** The outcome is unknown: the lease expires. */
  stopRenewal(): void;
}

const pauseMs = 50;
/** The timeout of one call of a store, in milliseconds: a write that is answered was made under the lease. */
const callMs = 2000;

/**
 * Acquires the lease `key` for `holder` once no other holder has it, and renews it, up to a maximum number of renewals;
 * `null` after a timeout. A process that dies keeps it for `terms.seconds` at most.
 */
export async function acquireLease(
  store: LeaseStore,
  terms: LeaseTerms,
  { key, holder }: { readonly key: string; readonly holder: string },
): Promise<Lease | null> {
  const { seconds, timeoutMs } = terms;
  const until = performance.now() + timeoutMs;
  // Counted from before each call: the store's own time begins later.
  let sentAt = performance.now();
  while ((await store.setIfAbsent(key, holder, seconds)) !== holder) {
    if (performance.now() >= until) return null;
    await delay(pauseMs);
    sentAt = performance.now();
  }
  const endOf = (sent: number): number => sent + seconds * 1000;
  let end = endOf(sentAt);
  let isLost = false;

  async function renew(): Promise<void> {
    const sent = performance.now();
    if (!(await store.compareAndSet(key, holder, { value: holder, ttlSeconds: seconds }))) isLost = true;
    else end = Math.max(end, endOf(sent));
  }

  const lasts = (): boolean => !isLost && performance.now() + callMs < end;
  // A renewal without an answer is repeated by the next one, or the lease ends.
  const stopRenewal = keepRenewed(terms, () => void renew().catch(() => undefined));
  return Object.freeze<Lease>({
    async confirm() {
      if (lasts()) return;
      if (!isLost) await renew();
      if (!lasts()) throw storeAway('a lock', new Error('it expired before the work was done'));
    },
    async release() {
      stopRenewal();
      await store.compareAndSet(key, holder, null);
    },
    stopRenewal,
  });
}
