import { inVersionOfPlan } from './version-of-plan.js';
import type { Visit } from './visit.js';

/**
 * The visit once the body of its request is read, which may have taken minutes: who is signed in now, and the version of
 * the flows that its plan may use now. `null`: that version has no such flow.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function afterBody(opened: Visit): Promise<Visit | null> {
  const visit = await inVersionOfPlan(opened);
  if (visit === null || visit.user === null) return visit;
  return (await visit.web.authSession.isStillSignedIn(visit.req, visit.user)) ? visit : { ...visit, user: null };
}
