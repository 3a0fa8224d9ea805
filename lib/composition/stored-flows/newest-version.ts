import { readEntry, type StoredEntry } from '../../flow-files/stored/version-entry.js';
import type { FlowStore } from '../../ports/flow-store.js';
import { noVersion, readVersion, type StoredVersion } from './stored-version.js';

/** The newest version as a new one begins from it. */
export interface NewestVersion {
  /** With the number of the newest one; where that is damaged, with the files of the newest one that can be read. */
  readonly version: StoredVersion;
  /** Why it cannot be read; `null`: it can. */
  readonly damage: string | null;
}

/** Reads the newest version, and where it is damaged, the newest of those before it. */
export async function newestVersion(store: FlowStore): Promise<NewestVersion> {
  const number = await store.newest();
  if (number !== null) return versionAt(store, number);
  const [highest] = await store.list();
  const { version } = await versionAt(store, highest?.version ?? 0);
  return { version, damage: unreadableNumber };
}

/** Why no version is the newest one. */
export const unreadableNumber =
  'what the store has as the number of the newest version is no number, or not that of the newest one';

async function versionAt(store: FlowStore, number: number): Promise<NewestVersion> {
  const version = await readVersion(store, number);
  if (typeof version !== 'string') return { version, damage: null };
  const readable = await newestReadable(store, number);
  const entry = { ...readable.entry, ...(await historyOf(store, number)) };
  return { version: { number, entry, files: readable.files }, damage: version };
}

async function newestReadable(store: FlowStore, below: number): Promise<StoredVersion> {
  for (const { version } of await store.list()) {
    if (version >= below) continue;
    const found = await readVersion(store, version);
    if (typeof found !== 'string') return found;
  }
  return noVersion;
}

/** What running plans need of a damaged version. Where its entry is damaged too, it may have ended every earlier one. */
async function historyOf(store: FlowStore, number: number): Promise<Partial<StoredEntry>> {
  const listed = (await store.list()).find(({ version }) => version === number);
  const entry = listed === undefined ? null : readEntry(listed.entry);
  if (entry === null) return { oldest: number + 1 };
  const { oldest, since, gone } = entry;
  return { oldest, since, gone };
}
