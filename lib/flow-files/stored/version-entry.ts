import { isJsonObject, type Json } from '../../base/json.js';
import type { FlowFile } from '../import-flows.js';

/** What happens to running plans of flows that a version changes. */
export type RunningPlans = 'keep' | 'restart';

/** A version of the stored flows. */
export interface FlowVersionEntry {
  readonly version: number;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /** Who made it. */
  readonly by: string;
  readonly note: string | null;
  /** SHA-256 of its files, hexadecimal. */
  readonly digest: string;
  readonly runningPlans: RunningPlans;
  /** The version whose files it has again; `null`: its files were imported. */
  readonly rolledBackTo: number | null;
  /** The slugs of the flows that it added, changed or removed. */
  readonly changed: readonly string[];
}

/** A version with its files, as they were imported. */
export interface FlowVersionFiles extends FlowVersionEntry {
  readonly files: readonly FlowFile[];
}

/** The entry of a version as it is stored: with what running plans need. */
export interface StoredEntry extends Omit<FlowVersionEntry, 'version'> {
  /** The oldest version that running plans may still use; 0: the flows of before the first one. */
  readonly oldest: number;
  /** The oldest version that is kept. Every process goes by it, whatever it has in memory. */
  readonly firstKept: number;
  /** Flow → the version that last changed it. Left out: flows that no version changes. */
  readonly since: ReadonlyMap<string, number>;
  /** The flows that were removed while plans of them may run, and when. */
  readonly gone: ReadonlyMap<string, number>;
  /** Makes the entry unique: a repeated call with it is recognized. */
  readonly token: string;
}

export function entryText({ since, gone, ...entry }: StoredEntry): string {
  return JSON.stringify({ ...entry, since: [...since], gone: [...gone] });
}

/** `null`: another program wrote it. */
export function readEntry(text: string): StoredEntry | null {
  const found = parsed(text);
  if (!isJsonObject(found)) return null;
  const { at, by, note, digest, runningPlans, rolledBackTo, changed, oldest, firstKept, token } = found;
  const since = numbersOf(found['since']);
  const gone = numbersOf(found['gone']);
  if (!isCount(at) || !isText(by) || !isText(digest) || !isCount(oldest) || !isText(token)) return null;
  if (!isCount(firstKept)) return null;
  if (note !== null && !isText(note)) return null;
  if (rolledBackTo !== null && !isCount(rolledBackTo)) return null;
  if (runningPlans !== 'keep' && runningPlans !== 'restart') return null;
  if (!Array.isArray(changed) || !changed.every(isText) || since === null || gone === null) return null;
  return { at, by, note, digest, runningPlans, rolledBackTo, changed, oldest, firstKept, since, gone, token };
}

/** What administrators see of an entry. */
export function publicEntry(version: number, entry: StoredEntry): FlowVersionEntry {
  const { at, by, note, digest, runningPlans, rolledBackTo, changed } = entry;
  return { version, at, by, note, digest, runningPlans, rolledBackTo, changed };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function numbersOf(value: Json | undefined): ReadonlyMap<string, number> | null {
  if (!Array.isArray(value)) return null;
  const pairs = value.flatMap((pair): readonly (readonly [string, number])[] => {
    const listed: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const [name, number] = listed;
    return isText(name) && isCount(number) ? [[name, number]] : [];
  });
  return pairs.length === value.length ? new Map(pairs) : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
