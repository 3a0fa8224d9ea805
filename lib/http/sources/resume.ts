import type { JsonObject } from '../../base/json.js';
import { ownPath, type Site, type Target } from '../../base/target.js';

/** Where a sign-in at a provider began, so that the way goes on there. Never from the wire as it is. */
export interface Resume {
  readonly next: Target | null;
  /** The plan that was under way; `null`: none was. */
  readonly plan: { readonly flow: string; readonly id: string; readonly enrollmentId: string } | null;
}

export const nowhere: Resume = Object.freeze({ next: null, plan: null });

export function resumeJson({ next, plan }: Resume): JsonObject {
  return {
    ...(next !== null && 'path' in next ? { next: next.path } : {}),
    ...(plan === null ? {} : { flow: plan.flow, plan: plan.id, enrollment: plan.enrollmentId }),
  };
}

/** Reads back what `resumeJson` wrote. */
export function resumeOf(site: Site, json: JsonObject | null): Resume {
  const { next, flow, plan, enrollment } = json ?? {};
  return {
    next: ownPath(site, next),
    plan:
      typeof flow === 'string' && typeof plan === 'string' && typeof enrollment === 'string'
        ? { flow, id: plan, enrollmentId: enrollment }
        : null,
  };
}
