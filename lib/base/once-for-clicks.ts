import { digest128, randomToken } from './ids.js';

/** The functions of an `EphemeralStore` that a claim needs. */
interface ClickStore {
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string>;
  compareAndSet(
    key: string,
    expected: string,
    next: { readonly value: string; readonly ttlSeconds: number } | null,
  ): Promise<boolean>;
}

/** Two clicks on one form act once: the second one comes within this many seconds. */
const clickSeconds = 120;

/**
 * Does `work` for the first of several clicks on one form. Where it fails, the next click does it. `form`: the same for
 * these clicks, and for no others.
 */
export async function onceForClicks(store: ClickStore, form: string, work: () => Promise<void>): Promise<void> {
  const [key, mine] = [`click:${digest128(form)}`, randomToken(9)];
  if ((await store.setIfAbsent(key, mine, clickSeconds)) !== mine) return;
  try {
    await work();
  } catch (error) {
    await store.compareAndSet(key, mine, null).catch(() => undefined);
    throw error;
  }
}
