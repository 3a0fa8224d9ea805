import type { FlowStore, FlowStoreVersion } from '../../ports/flow-store.js';

/** The versions of flows, in this process's memory. */
export function createMemoryFlowStore(): FlowStore {
  const versions = new Map<number, FlowStoreVersion & { readonly files: string }>();
  let newest = 0;

  return Object.freeze<FlowStore>({
    newest: async () => newest,
    read: async (version) => versions.get(version) ?? null,
    list: async () => [...versions.values()].reverse().map(({ version, entry }) => ({ version, entry })),
    async append({ after, entry, files, kept }) {
      if (newest === after + 1 && versions.get(newest)?.entry === entry) return { stored: true, newest };
      if (newest !== after) return { stored: false, newest };
      newest += 1;
      versions.set(newest, { version: newest, entry, files });
      for (const version of versions.keys()) if (version <= newest - kept) versions.delete(version);
      return { stored: true, newest };
    },
  });
}
