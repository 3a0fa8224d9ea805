import type { JsonObject } from '../../base/json.js';
import { ownPath, type Site, type RedirectTarget } from '../../base/target.js';

interface ResumedPlan {
  readonly flow: string;
  readonly id: string;
  readonly enrollmentId: string;
  /** The secret that signed the plan's token, by its id. */
  readonly secretId: string;
}

/** Where a sign-in at a provider began, so that the way goes on there. Never from the wire as it is. */
export interface Resume {
  readonly next: RedirectTarget | null;
  /** The plan that was under way; `null`: none was. */
  readonly plan: ResumedPlan | null;
}

export const nowhere: Resume = Object.freeze({ next: null, plan: null });

export function resumeJson({ next, plan }: Resume): JsonObject {
  return {
    ...(next !== null && 'path' in next ? { next: next.path } : {}),
    ...(plan === null
      ? {}
      : { flow: plan.flow, plan: plan.id, enrollment: plan.enrollmentId, secret_id: plan.secretId }),
  };
}

/** Reads back what `resumeJson` wrote. */
export function resumeOf(site: Site, json: JsonObject | null): Resume {
  const { next, flow, plan, enrollment, secret_id: secretId } = json ?? {};
  return {
    next: ownPath(site, next),
    plan:
      typeof flow === 'string' && typeof plan === 'string' && typeof enrollment === 'string'
        ? { flow, id: plan, enrollmentId: enrollment, secretId: typeof secretId === 'string' ? secretId : '' }
        : null,
  };
}
