import { routeByPlan, type FlowVersions } from '../http/flow-versions.js';
import type { EnrollmentOptions } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { Stores } from '../stores/stores.js';
import { currentConfigOf, type CurrentVersion } from './current-version.js';
import { flowsOfFolder, type FileFlows } from './file-flows.js';
import { composeFlows, type EnrollmentFlows } from './flows.js';
import { composeFlowVersion, type FlowVersion, type FlowVersionParts } from './flow-version.js';
import { logFileProblems } from './log-file-problems.js';
import { readOptions, refusalsOf } from './read-options.js';
import { composeStoredFlows } from './stored-flows/compose-stored-flows.js';
import { watchesFlowFiles, watchFlowFiles } from './watch-flow-files.js';

/** The flows of the app: the version of the start, and what replaces it. */
export interface FlowSet<User, Data> {
  readonly current: CurrentVersion<User, Data>;
  readonly router: FlowVersion<User, Data>['router'];
  /** `null`: the app stores no flows. */
  readonly stored: ReturnType<typeof composeStoredFlows<User, Data>> | null;
  /** The flows, for administrators. */
  readonly manager: EnrollmentFlows;
  /** Takes in no further changes. */
  stop(): void;
}

export interface FlowSetParts<User, Data> {
  readonly stores: Pick<Stores, 'flows' | 'plans'>;
  readonly events: EventSink;
  readonly version: Omit<FlowVersionParts<User, Data>, 'web'> & {
    readonly web: Omit<FlowVersionParts<User, Data>['web'], 'versions'>;
  };
}

/** The configuration as it is whenever it is read, and the flows that it is composed with. */
export function composeFlowSet<User, Data>(options: EnrollmentOptions<User, Data>) {
  const folder = flowsOfFolder(options);
  const first = readOptions(options, folder);
  logFileProblems(folder, first.logger);
  const isStored = first.flowFiles?.stored === true;
  const changes = watchesFlowFiles(first) || isStored;
  const { config, begin } = currentConfigOf(first, changes);

  function start({ stores, events, version }: FlowSetParts<User, Data>): FlowSet<User, Data> {
    const versions: FlowVersions = {
      now: () => current.now().web,
      ofPlan: async (planId) => (stored === null ? current.now() : await stored.ofPlan(planId)).web,
      removed: () => stored?.state().gone ?? [],
    };
    const startFailure = (): unknown => version.web.startFailure() ?? stored?.failure() ?? null;
    const parts = { ...version, web: { ...version.web, startFailure, versions: changes ? versions : null } };
    const current = begin(composeFlowVersion(first, parts));
    const compose = (changed: FileFlows): FlowVersion<User, Data> => {
      const { flows, defaultFlows } = readOptions(options, changed);
      return composeFlowVersion({ ...first, flows, defaultFlows }, parts);
    };
    const stored = isStored ? composeStoredFlows(first, { stores, events, folder, current, compose }) : null;
    const router =
      stored === null
        ? current.router
        : routeByPlan(current.web, current.router, async (planId) => {
            // The request itself reports an outage.
            const version = await stored.ofPlan(planId).catch(() => current.now());
            return version.router;
          });
    const stopWatching = watchesFlowFiles(first)
      ? watchFlowFiles(first, {
          read: () => flowsOfFolder(options),
          takeIn(changed) {
            if (stored === null) current.set(compose(changed));
            else stored.takeFolder(changed);
            logFileProblems(changed, first.logger);
          },
        })
      : null;
    const manager = composeFlows({
      flows: () => config.flows,
      pages: () => current.web.pages,
      settings: config.flowFiles ?? {},
      files: () => flowsOfFolder(options),
      stored: stored?.administration ?? null,
      refusals: (changed) => refusalsOf(options, changed),
    });
    return {
      current,
      router,
      stored,
      manager,
      stop() {
        stopWatching?.();
        stored?.stop();
      },
    };
  }

  return { config, start };
}
