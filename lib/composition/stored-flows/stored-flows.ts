import { deepestCause } from '../../base/deepest-cause.js';
import { isEnrollmentError } from '../../base/error.js';
import type { FlowFileSettings } from '../../flow-files/public.js';
import type { FlowStore } from '../../ports/flow-store.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { FileFlows } from '../file-flows.js';
import { createKeptVersions } from './kept-versions.js';
import { createVersionFiles, type VersionFiles } from './read-files.js';
import { unreadableNumber } from './newest-version.js';
import { noVersion, readVersion, type StoredVersion } from './stored-version.js';

/** How many older versions a start tries where the newest one cannot be used. */
const mostTries = 10;

interface StoredFlowsParts<Version> {
  readonly store: FlowStore;
  readonly settings: FlowFileSettings;
  readonly log: EnrollmentLogger;
  /** The flows of the folder. */
  readonly folder: FileFlows;
  /** Composes an app with these flows of files. @throws ERR_ENROLLMENT_CONFIG for what the app refuses */
  compose(files: FileFlows): Version;
  /** From now on, requests are answered by this version. */
  use(version: Version): void;
}

/** The stored flows that this process uses. */
export interface StoredFlows<Version> {
  /** Takes in the newest version, if it is another one. Never throws for a version that cannot be used. */
  follow(): Promise<void>;
  /** False until the store was read for the first time. */
  isRead(): boolean;
  state(): StoredFlowsState;
  /** Another folder, or the same one changed. @throws ERR_ENROLLMENT_CONFIG where the app refuses its flows */
  takeFolder(folder: FileFlows): void;
  readonly files: Pick<VersionFiles, 'read' | 'folder'>;
  /** @throws ERR_ENROLLMENT_CONFIG with every mistake of the files where it cannot be used */
  composed(version: StoredVersion): Version;
  /** Uses a version that this process has just written. */
  adopt(version: StoredVersion, composed: Version): Promise<void>;
  /**
   * An earlier version, composed, for plans that began with it; `null`: they must not use it, or it cannot be used. Where
   * it is no longer kept, the oldest one that is: a flow that did not change between them is the same in both.
   */
  earlier(number: number): Promise<Version | null>;
}

export interface StoredFlowsState {
  /** The version that this process uses; 0: none. */
  readonly used: StoredVersion;
  /** The newest version that this process knows. */
  readonly newest: number;
  /** Flows that were removed lately. */
  readonly gone: readonly string[];
  /** Why the newest version is not used; `null`: it is. */
  readonly problem: string | null;
}

export function createStoredFlows<Version>(parts: StoredFlowsParts<Version>, first: Version): StoredFlows<Version> {
  const { store, settings, log } = parts;
  const kept = createKeptVersions<Version>();
  const files = createVersionFiles(parts.folder, settings);
  let used = noVersion;
  let known = noVersion;
  let newest = 0;
  let problem: string | null = null;
  let isRead = false;
  let following: Promise<void> | null = null;
  kept.put(0, first);

  const composed = (version: StoredVersion): Version => parts.compose(files.marked(version));

  function adopt(version: StoredVersion, made: Version): void {
    parts.use(made);
    kept.put(version.number, made);
    used = version;
    known = version.number >= known.number ? version : known;
    newest = version.number;
    problem = null;
    const { by, note, changed } = version.entry;
    log.info({ version: version.number, by, note, flows: changed }, 'the stored flows of this version are used now');
  }

  /** The version where it can be used; otherwise why not. */
  async function tryVersion(number: number): Promise<string | null> {
    const version = await readVersion(store, number);
    if (typeof version === 'string') return version;
    known = number >= known.number ? version : known;
    try {
      adopt(version, composed(version));
      return null;
    } catch (error) {
      return whyRefused(error);
    }
  }

  /** A start has nothing of before, so the newest version below this one that can be used is taken. */
  async function takeOlder(below: number): Promise<void> {
    if (isRead) return;
    const older = (await store.list()).filter(({ version }) => version < below).slice(0, mostTries);
    for (const { version } of older) if (version < known.entry.oldest || (await tryVersion(version)) === null) return;
  }

  async function take(number: number | null): Promise<void> {
    if (number === null) {
      if (problem === unreadableNumber) return;
      await takeOlder(Infinity);
      problem = unreadableNumber;
      log.error(
        { code: 'WARN_STORED_FLOWS', used: used.number },
        `the stored flows cannot be followed: ${unreadableNumber}; ${inUse()}`,
      );
      return;
    }
    if (number < newest) {
      kept.clear();
      known = noVersion;
    }
    if (number === 0) {
      if (newest > 0) log.error({ version: used.number }, `${lost}; this process keeps its own`);
      newest = 0;
      problem = used.number > 0 ? lost : null;
      return;
    }
    const refused = await tryVersion(number);
    newest = number;
    problem = refused;
    if (refused === null) return;
    await takeOlder(number);
    newest = number;
    problem = refused;
    log.error(
      { code: 'WARN_STORED_FLOWS', version: number, used: used.number },
      `version ${String(number)} of the stored flows cannot be used; ${inUse()}:\n${refused}`,
    );
  }

  const inUse = (): string => (used.number === 0 ? 'none is' : `version ${String(used.number)} stays in use`);

  async function followOnce(): Promise<void> {
    const number = await store.newest();
    if (number !== newest || problem === unreadableNumber) await take(number);
    isRead = true;
  }

  function follow(): Promise<void> {
    return (following ??= followOnce().finally(() => {
      following = null;
    }));
  }

  /** The version that stands for this one: plans must not depend on what a process still has in memory. */
  function keptFor(number: number): number {
    return number === 0 ? 0 : Math.max(number, known.entry.firstKept);
  }

  async function read(number: number): Promise<Version | null> {
    const version = await readVersion(store, number);
    try {
      return typeof version === 'string' ? null : composed(version);
    } catch (error) {
      log.warn({ err: error, version: number }, 'running plans of this version of the flows start again');
      return null;
    }
  }

  return {
    follow,
    isRead: () => isRead,
    state: () => ({ used, newest, gone: [...known.entry.gone.keys()], problem }),
    files,
    takeFolder(next) {
      const before = files.folder();
      files.setFolder(next);
      try {
        const base = composed(noVersion);
        const made = used.number === 0 ? base : composed(used);
        kept.clear();
        kept.put(0, base);
        kept.put(used.number, made);
        parts.use(made);
      } catch (error) {
        files.setFolder(before);
        throw error;
      }
    },
    composed,
    async adopt(version, made) {
      // What is read at this moment may be the version of before.
      await following?.catch(() => undefined);
      if (newest < version.number) adopt(version, made);
    },
    async earlier(number) {
      const isOver = (): boolean => number < known.entry.oldest;
      if (isOver()) return null;
      const at = keptFor(number);
      let earlier = await kept.get(at, () => read(at));
      if (earlier === null) {
        // It may have been removed with a version that this process has not taken in yet.
        await follow();
        const since = keptFor(number);
        if (since !== at) earlier = await kept.get(since, () => read(since));
      }
      // A version that ends it may have come meanwhile.
      return isOver() ? null : earlier;
    },
  };
}

const lost = 'the store has lost its flows';

/** What `current()` and the diagnosis say. */
export function summaryOf({ used, newest, problem }: StoredFlowsState) {
  return { version: used.number, newest, problem };
}

function whyRefused(error: unknown): string {
  if (!isEnrollmentError(error) || error.issues.length === 0) return deepestCause(error);
  return error.issues.map((issue) => `  - ${issue}`).join('\n');
}
