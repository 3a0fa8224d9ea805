import type { WaitlistEntry, WaitlistStore } from '../ports/waitlist-store.js';

/** The result of one change. `before` is the previous entry; without a change `entry` is the same. */
export interface Moved {
  readonly changed: boolean;
  readonly before: WaitlistEntry;
  readonly entry: WaitlistEntry;
}

/**
 * Changes an entry; retries with the stored version when another writer was faster; `null` when there is no entry.
 * `change` returns `null` when nothing is to be changed.
 */
export async function move(
  store: WaitlistStore,
  id: string,
  change: (entry: WaitlistEntry) => Partial<WaitlistEntry> | null,
): Promise<Moved | null> {
  for (;;) {
    const [before = null] = await store.read([id]);
    if (before === null) return null;
    const changed = change(before);
    if (changed === null) return { changed: false, before, entry: before };
    const entry = await replace(store, before, changed);
    if (entry !== null) return { changed: true, before, entry };
  }
}

/** Changes exactly this version of an entry; `null` when it is no longer stored. */
export async function replace(
  store: WaitlistStore,
  present: WaitlistEntry,
  changed: Partial<WaitlistEntry>,
): Promise<WaitlistEntry | null> {
  const next = { ...present, ...changed };
  return (await store.change(next, present)) ? { ...next, version: present.version + 1 } : null;
}
