import type { EnrollmentClock } from '../../../lib/base/clock.js';
import type { PlanStore, StoredPlan } from '../../../lib/ports/plan-store.js';
import { createMemoryPlanStore } from '../../../lib/stores/memory/plan-store.js';

export interface Write {
  readonly call: 'create' | 'replace' | 'drop';
  readonly id: string;
  readonly ttlSeconds: number | null;
  readonly won: boolean;
}

/** The memory store, with a list of its writes and access to all of its contents. */
export interface WatchedPlans extends PlanStore {
  readonly writes: readonly Write[];
  /** How often a plan was read. */
  readonly loads: () => number;
  /** All current plans, by id. */
  contents(): Promise<ReadonlyMap<string, StoredPlan>>;
}

export function watchedPlans(clock: EnrollmentClock): WatchedPlans {
  const plans = createMemoryPlanStore({ clock });
  const writes: Write[] = [];
  const ids = new Set<string>();
  let loads = 0;

  return {
    writes,
    loads: () => loads,
    async load(id) {
      loads += 1;
      return plans.load(id);
    },
    async create(id, text, ttlSeconds, rev) {
      ids.add(id);
      const { won, ...rest } = await plans.create(id, text, ttlSeconds, rev);
      writes.push({ call: 'create', id, ttlSeconds, won });
      return { won, ...rest } as Awaited<ReturnType<PlanStore['create']>>;
    },
    async replace(id, rev, text, ttlSeconds) {
      const { won, ...rest } = await plans.replace(id, rev, text, ttlSeconds);
      writes.push({ call: 'replace', id, ttlSeconds, won });
      return { won, ...rest } as Awaited<ReturnType<PlanStore['replace']>>;
    },
    async drop(id) {
      await plans.drop(id);
      writes.push({ call: 'drop', id, ttlSeconds: null, won: true });
    },
    async contents() {
      const found = await Promise.all([...ids].map(async (id) => [id, await plans.load(id)] as const));
      return new Map(found.flatMap(([id, plan]) => (plan === null ? [] : [[id, plan] as const])));
    },
  };
}
