import type { EnrollmentClock } from '../../base/clock.js';
import type { PlanStore, PlanReplacement, StoredPlan } from '../../ports/plan-store.js';

const fewPlans = 1000;

/** Active plans in this process: for development and tests. They are lost when it ends. */
export function createMemoryPlanStore({ clock }: { readonly clock: EnrollmentClock }): PlanStore {
  const plans = new Map<string, StoredPlan & { readonly until: number }>();
  let sweepAt = fewPlans;

  function present(id: string): StoredPlan | null {
    const plan = plans.get(id);
    return plan === undefined || plan.until <= clock.now() ? null : { rev: plan.rev, text: plan.text };
  }

  function put(id: string, rev: number, text: string, ttlSeconds: number): PlanReplacement {
    sweep();
    plans.delete(id);
    plans.set(id, { rev, text, until: clock.now() + ttlSeconds * 1000 });
    return { won: true };
  }

  // A sweep runs when there are twice as many plans as after the last one, so that its cost is spread over many saves.
  function sweep(): void {
    if (plans.size < sweepAt) return;
    for (const [id, { until }] of plans) if (until <= clock.now()) plans.delete(id);
    sweepAt = Math.max(fewPlans, plans.size * 2);
  }

  return Object.freeze({
    load: async (id: string) => present(id),
    async create(id: string, text: string, ttlSeconds: number, rev = 1): Promise<PlanReplacement> {
      const now = present(id);
      return now === null ? put(id, rev, text, ttlSeconds) : { won: false, now };
    },
    async replace(id: string, rev: number, text: string, ttlSeconds: number, next = rev + 1): Promise<PlanReplacement> {
      const now = present(id);
      return now?.rev === rev ? put(id, next, text, ttlSeconds) : { won: false, now };
    },
    async drop(id: string) {
      plans.delete(id);
    },
  });
}
