import { webOfPlan } from './flow-versions.js';
import type { Visit } from './visit.js';

/**
 * The visit in the version of the flows that its plan may use now: the present one where its plan begins. `null`: that
 * version has no such flow.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function inVersionOfPlan(visit: Visit): Promise<Visit | null> {
  const { web, flow, planToken } = visit;
  const present = await webOfPlan(web, planToken.planId);
  if (present.flows === web.flows) return visit;
  const found = present.flows.get(flow.slug);
  // The cookies may be those of a client of the JSON.
  return found === undefined ? null : { ...visit, web: { ...present, cookies: web.cookies }, flow: found };
}
