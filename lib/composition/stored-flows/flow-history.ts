import { configError } from '../../base/config-error.js';
import { randomToken } from '../../base/ids.js';
import { EnrollmentError, isEnrollmentError } from '../../base/error.js';
import { changedFlows, flowContents } from '../../flow-files/stored/changed-flows.js';
import { digestOf, filesText, mergeFiles, storedFilesIssues } from '../../flow-files/stored/stored-files.js';
import {
  entryText,
  publicEntry,
  readEntry,
  type FlowVersionEntry,
  type FlowVersionFiles,
  type RunningPlans,
  type StoredEntry,
} from '../../flow-files/stored/version-entry.js';
import { flowFileError, type FlowFile, type FlowFileSettings } from '../../flow-files/public.js';
import { changesBetween, type Change } from '../../flow-files/records/changes.js';
import type { EventSink } from '../../ports/events.js';
import type { FlowStore } from '../../ports/flow-store.js';
import type { FileFlows } from '../file-flows.js';
import type { StoredFlows } from './stored-flows.js';
import { newestVersion, type NewestVersion } from './newest-version.js';
import { noVersion, readVersion, type StoredVersion } from './stored-version.js';

/** Who changes the stored flows, and how. */
export interface FlowChange {
  readonly by: string;
  readonly note: string | null;
  readonly runningPlans: RunningPlans;
  /** The version that must be the newest one; `null`: any. */
  readonly expect: number | null;
  readonly dryRun: boolean;
}

/** What a change makes of the flows of files. */
export interface ChangedFlows {
  /** The newest version afterwards; of a dry run, the one of before. */
  readonly version: number;
  /** False where nothing was written: for a dry run, and where the newest version has the same files. */
  readonly stored: boolean;
  readonly files: FileFlows;
  readonly changes: readonly Change[];
}

interface HistoryParts<Version> {
  readonly store: FlowStore;
  readonly stored: StoredFlows<Version>;
  readonly settings: FlowFileSettings;
  readonly kept: number;
  readonly events: EventSink;
  now(): number;
}

/** The versions of the stored flows: read them, and write new ones. */
export interface FlowHistory {
  importFiles(files: readonly FlowFile[], replaceAll: boolean, change: FlowChange): Promise<ChangedFlows>;
  rollBack(version: number, change: FlowChange): Promise<ChangedFlows>;
  versions(): Promise<readonly FlowVersionEntry[]>;
  version(number: number): Promise<FlowVersionFiles | null>;
}

export function createFlowHistory<Version>(parts: HistoryParts<Version>): FlowHistory {
  const { store, stored, settings } = parts;
  const contents = flowContents(settings);

  async function newest(expect: number | null): Promise<NewestVersion> {
    const found = await newestVersion(store);
    const { number } = found.version;
    if (expect !== null && expect !== number) throw conflict(number, `not ${String(expect)}`);
    return found;
  }

  /** @throws ERR_ENROLLMENT_FLOW_FILE with everything that a start with this version would refuse */
  function compose(version: StoredVersion): Version {
    try {
      return stored.composed(version);
    } catch (error) {
      if (!isEnrollmentError(error) || error.code !== 'ERR_ENROLLMENT_CONFIG') throw error;
      throw flowFileError(error.issues);
    }
  }

  async function write(
    { version: before, damage }: NewestVersion,
    files: readonly FlowFile[],
    change: FlowChange & { readonly rolledBackTo: number | null },
  ): Promise<ChangedFlows> {
    const text = filesText(files);
    const digest = digestOf(text);
    const number = before.number + 1;
    const made = stored.files.read({ number, entry: { ...noVersion.entry, digest }, files });
    // All that a start checks; what it throws, it throws before anything is written.
    if (made.issues.length > 0) compose({ number, entry: { ...noVersion.entry, digest }, files });
    const earlier = stored.files.read(before);
    const changes = changesBetween(earlier.applied.records, made.applied.records);
    const now = parts.now();
    const { changed, since, gone } = changedFlows({
      base: stored.files.folder().flows,
      before: damage !== null || earlier.issues.length > 0 ? null : earlier.flows,
      after: made.flows,
      history: before.entry,
      version: number,
      now,
      contents,
    });
    const { by, note, runningPlans, rolledBackTo } = change;
    const oldest = runningPlans === 'restart' ? number : before.entry.oldest;
    const entry: StoredEntry = {
      at: now,
      by,
      note,
      digest,
      runningPlans,
      rolledBackTo,
      changed,
      oldest,
      firstKept: Math.max(before.entry.firstKept, number - parts.kept + 1, 1),
      since,
      gone,
      token: randomToken(12),
    };
    const version: StoredVersion = { number, entry, files };
    const composed = compose(version);
    const result = { files: made, changes };
    const isSame =
      damage === null && digest === before.entry.digest && runningPlans === 'keep' && earlier.issues.length === 0;
    if (change.dryRun || isSame) return { ...result, version: before.number, stored: false };
    const answer = await store.append({
      after: before.number,
      entry: entryText(entry),
      files: text,
      kept: parts.kept,
    });
    if (!answer.stored) throw conflict(answer.newest, 'written meanwhile');
    await stored.adopt(version, composed);
    parts.events({ type: 'flows.changed', version: number, by, flows: changed, rolledBackTo });
    return { ...result, version: number, stored: true };
  }

  return {
    async importFiles(given, replaceAll, change) {
      const early = storedFilesIssues(given);
      if (early.length > 0) throw flowFileError(early);
      const before = await newest(change.expect);
      // Its files are not known, so a version of the given ones would remove all others.
      if (before.damage !== null && !replaceAll)
        throw refusal(`${before.damage}: roll back to an earlier version, or import all files with "replaceAll"`);
      const files = mergeFiles(before.version.files, given, replaceAll);
      const issues = storedFilesIssues(files);
      if (issues.length > 0) throw flowFileError(issues);
      return write(before, files, { ...change, rolledBackTo: null });
    },
    async rollBack(number, change) {
      const before = await newest(change.expect);
      const version = await readVersion(store, number);
      if (typeof version === 'string') throw configError([`flows.rollBack: ${version}`]);
      return write(before, version.files, { ...change, rolledBackTo: number });
    },
    async versions() {
      const listed = await store.list();
      return listed.flatMap(({ version, entry }) => {
        const found = readEntry(entry);
        return found === null ? [] : [publicEntry(version, found)];
      });
    },
    async version(number) {
      const found = number === 0 ? '' : await readVersion(store, number);
      return typeof found === 'string' ? null : { ...publicEntry(number, found.entry), files: found.files };
    },
  };
}

function conflict(newest: number, why: string): EnrollmentError {
  return refusal(
    `the newest version of the stored flows is ${String(newest)}, ${why}: nothing was changed; look at it, and try again`,
  );
}

function refusal(sentence: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_FLOW_CONFLICT', sentence, { status: 409 });
}
