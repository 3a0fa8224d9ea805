import { digestOf, filesText, readFiles } from '../../flow-files/stored/stored-files.js';
import { readEntry, type StoredEntry } from '../../flow-files/stored/version-entry.js';
import type { FlowFile } from '../../flow-files/public.js';
import type { FlowStore } from '../../ports/flow-store.js';

/** A version as it was read. */
export interface StoredVersion {
  /** 0: there is none; its files are none. */
  readonly number: number;
  readonly entry: StoredEntry;
  readonly files: readonly FlowFile[];
}

export const noVersion: StoredVersion = Object.freeze({
  number: 0,
  entry: Object.freeze<StoredEntry>({
    at: 0,
    by: '',
    note: null,
    digest: digestOf(filesText([])),
    runningPlans: 'keep',
    rolledBackTo: null,
    changed: [],
    oldest: 0,
    firstKept: 0,
    since: new Map(),
    gone: new Map(),
    token: '',
  }),
  files: [],
});

/** Reads one version. A string says why it cannot be used. */
export async function readVersion(store: FlowStore, number: number): Promise<StoredVersion | string> {
  if (number === 0) return noVersion;
  const found = await store.read(number);
  if (found === null) return `version ${String(number)} is not kept`;
  const entry = readEntry(found.entry);
  const files = entry === null ? null : readFiles(found.files, entry.digest);
  return entry === null || files === null
    ? `version ${String(number)} is damaged in the store`
    : { number, entry, files };
}
