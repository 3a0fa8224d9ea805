import { flowOfStored } from '../../flow/machine/codec.js';
import { versionOfBuild } from '../../flow-files/stored/changed-flows.js';
import type { Web } from '../../http/web.js';
import type { PlanStore } from '../../ports/plan-store.js';
import type { StoredFlows } from './stored-flows.js';

interface Parts<Version> {
  readonly plans: Pick<PlanStore, 'load'>;
  readonly stored: Pick<StoredFlows<Version>, 'follow' | 'earlier' | 'state'>;
  now(): Version;
}

/**
 * The version that a running plan began with, where it may still use that one; else the present one. Another process may
 * have begun it with a version that this one has not taken in yet.
 */
export function versionOfPlan<Version extends { readonly web: Pick<Web, 'flows'> }>({
  plans,
  stored,
  now,
}: Parts<Version>): (planId: string) => Promise<Version> {
  const markIn = ({ web }: Version, flow: string): number | null => {
    const found = web.flows.get(flow);
    return found === undefined ? null : versionOfBuild(found.build);
  };

  return async (planId) => {
    const plan = await plans.load(planId);
    const began = plan === null ? null : flowOfStored(plan.text);
    if (began === null) return now();
    const version = versionOfBuild(began.build);
    if (version > stored.state().newest) await stored.follow();
    if (markIn(now(), began.flow) === version) return now();
    const earlier = await stored.earlier(version);
    return earlier !== null && markIn(earlier, began.flow) === version ? earlier : now();
  };
}
