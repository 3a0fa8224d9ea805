import { digest128, randomToken } from './ids.js';
import { acquireLease, type LeaseTerms } from './lease.js';

/** The functions of an `EphemeralStore` that a claim needs. */
interface ClickStore {
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string>;
  peek(key: string): Promise<string | null>;
  compareAndSet(
    key: string,
    expected: string,
    next: { readonly value: string; readonly ttlSeconds: number } | null,
  ): Promise<boolean>;
}

/** Two clicks on one form act once: the second one comes within this many seconds. A later one means it. */
const clickSeconds = 10;

/** The second click waits for the first one, and acts itself where the process of that one died: after three seconds. */
const acting: LeaseTerms = { seconds: 3, renewals: 20, timeoutMs: 10_000 };

/**
 * Does `work` for the first of several clicks on one form. Where it fails, or its process dies, the next click does it.
 * `form`: the same for these clicks, and for no others.
 */
export async function onceForClicks(store: ClickStore, form: string, work: () => Promise<void>): Promise<void> {
  const click = digest128(form);
  const [done, about] = [`clicked:${click}`, { key: `clicking:${click}`, holder: randomToken(9) }];
  const lease = await acquireLease(store, acting, about);
  // Another click is still at it.
  if (lease === null) return;
  try {
    if ((await store.peek(done)) !== null) return;
    await work();
    // The work is done, also where this cannot be stored.
    await store.set(done, 'done', clickSeconds).catch(() => undefined);
  } finally {
    await lease.release().catch(() => undefined);
  }
}
