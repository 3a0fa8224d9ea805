import { storeAway, type EnrollmentError } from '../../base/error.js';
import type { EnrollmentConfig } from '../../options/options.js';
import { fileSettingsOf } from '../../options/flows.js';
import type { EventSink } from '../../ports/events.js';
import type { Stores } from '../../stores/stores.js';
import type { CurrentVersion } from '../current-version.js';
import type { FileFlows } from '../file-flows.js';
import type { FlowVersion } from '../flow-version.js';
import { administerStoredFlows, type StoredFlowsAdministration } from './administration.js';
import { createFlowHistory } from './flow-history.js';
import { followVersions } from './follow-versions.js';
import { createStoredFlows, type StoredFlows, type StoredFlowsState } from './stored-flows.js';
import { versionOfPlan } from './version-of-plan.js';

interface ComposedStoredFlows<User, Data> extends Pick<StoredFlows<FlowVersion<User, Data>>, 'follow' | 'takeFolder'> {
  readonly administration: StoredFlowsAdministration;
  state(): StoredFlowsState;
  /** The error of requests that come before the store was read for the first time; `null` afterwards. */
  failure(): EnrollmentError | null;
  ofPlan(planId: string): Promise<FlowVersion<User, Data>>;
  stop(): void;
}

/** Composes the flows of the store; they are used once `follow` has read them. */
export function composeStoredFlows<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Pick<Stores, 'flows' | 'plans'>;
    readonly events: EventSink;
    readonly folder: FileFlows;
    readonly current: CurrentVersion<User, Data>;
    compose(files: FileFlows): FlowVersion<User, Data>;
  },
): ComposedStoredFlows<User, Data> {
  const { stores, events, folder, current, compose } = parts;
  const { flowFiles, logger: log, clock } = config;
  const { runningPlans = 'keep', keptVersions: kept = 50, pollSeconds: seconds = 2 } = flowFiles ?? {};
  const settings = fileSettingsOf(flowFiles);
  const use = (version: FlowVersion<User, Data>): void => {
    current.set(version);
  };
  const stored = createStoredFlows({ store: stores.flows, settings, log, folder, compose, use }, current.now());
  const history = createFlowHistory({
    store: stores.flows,
    stored,
    settings,
    kept,
    events,
    now: () => clock.now(),
  });
  const notYetRead = storeAway('the store of flows', new Error('it has not been read yet'));
  return {
    ...stored,
    failure: () => (stored.isRead() ? null : notYetRead),
    administration: administerStoredFlows(stored, history, runningPlans),
    ofPlan: versionOfPlan({ plans: stores.plans, stored, now: () => current.now() }),
    stop: followVersions(() => stored.follow(), { seconds, log }),
  };
}
