import type { FlowFile } from '../../flow-files/public.js';
import { publicEntry, type RunningPlans } from '../../flow-files/stored/version-entry.js';
import type { CurrentFlows, FlowImport, FlowImportSettings, FlowRollBackSettings } from '../flows.js';
import type { ChangedFlows, FlowChange, FlowHistory } from './flow-history.js';
import type { StoredFlows } from './stored-flows.js';

/** The stored flows, for administrators. */
export interface StoredFlowsAdministration extends Pick<FlowHistory, 'versions' | 'version'> {
  importFiles(files: readonly FlowFile[], settings: FlowImportSettings): Promise<FlowImport>;
  rollBack(version: number, settings: FlowRollBackSettings): Promise<FlowImport>;
  current(): Promise<CurrentFlows>;
}

export function administerStoredFlows(
  { follow, state }: Pick<StoredFlows<unknown>, 'follow' | 'state'>,
  history: FlowHistory,
  runningPlans: RunningPlans,
): StoredFlowsAdministration {
  const changeOf = (given: FlowRollBackSettings): FlowChange => ({
    by: given.by ?? '',
    note: given.note ?? null,
    runningPlans: given.runningPlans ?? runningPlans,
    expect: given.expect ?? null,
    dryRun: given.dryRun ?? false,
  });
  const inTurn = oneAtATime();
  return {
    importFiles: async (files, given) =>
      importOf(await inTurn(() => history.importFiles(files, given.replaceAll ?? false, changeOf(given)))),
    rollBack: async (version, given) => importOf(await inTurn(() => history.rollBack(version, changeOf(given)))),
    versions: () => history.versions(),
    version: (number) => history.version(number),
    async current() {
      await follow();
      const { used, newest, problem } = state();
      const entry = used.number === 0 ? null : publicEntry(used.number, used.entry);
      return { version: used.number, newest, problem, entry };
    },
  };
}

/**
 * Making flows of files takes the process for a while: many changes at once would keep it from reading what the store
 * answers, until each took the store for away. One that comes later meets the version of the one before.
 */
function oneAtATime(): <Value>(change: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (change) => {
    const next = last.then(change);
    last = next.catch(() => undefined);
    return next;
  };
}

function importOf({ version, stored, files, changes }: ChangedFlows): FlowImport {
  return { flows: files.flows.map(({ slug }) => slug), changes, problems: files.problems, version, stored };
}
