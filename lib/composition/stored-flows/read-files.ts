import { markFlows } from '../../flow-files/stored/changed-flows.js';
import type { FlowFileSettings } from '../../flow-files/public.js';
import { flowsOfFiles, type FileFlows } from '../file-flows.js';
import type { StoredVersion } from './stored-version.js';

/** Reads the files of versions, over those of the folder: what both have is the version's. */
export interface VersionFiles {
  read(version: StoredVersion): FileFlows;
  /** The same, with flows whose builds name the version that changed them last. */
  marked(version: StoredVersion): FileFlows;
  folder(): FileFlows;
  setFolder(folder: FileFlows): void;
}

/** Reading takes longer than all else of an import: the version of before and the new one are kept. */
const most = 2;

export function createVersionFiles(first: FileFlows, settings: FlowFileSettings): VersionFiles {
  let folder = first;
  const known = new Map<string, FileFlows>();

  function read({ number, entry, files }: StoredVersion): FileFlows {
    if (number === 0) return folder;
    const found = known.get(entry.digest) ?? flowsOfFiles(files, settings, folder);
    known.delete(entry.digest);
    known.set(entry.digest, found);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return found;
  }

  return {
    read,
    marked(version) {
      const found = read(version);
      return { ...found, flows: markFlows(found.flows, version.entry.since) };
    },
    folder: () => folder,
    setFolder(next) {
      folder = next;
      known.clear();
    },
  };
}
