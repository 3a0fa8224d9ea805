import type { Request, Response } from 'express';
import { loadActivePlan } from '../../executor/active-plan.js';
import type { Flow } from '../../flow/flow.js';
import { readPlanToken } from '../cookies/plan-token.js';
import { sendTo } from '../headers.js';
import { flowPath } from '../links.js';
import { checkLogin } from '../login/check-login.js';
import type { Web } from '../web.js';
import { receiveIdentity } from './receive-identity.js';
import type { WebSources } from './web-sources.js';

/**
 * GET `/if/flow/<flow>/source/<slug>/connect/`: a source returned an identity in this flow, and the visitor has signed
 * in to an account since. A button asks whether to connect the two. The identity in this browser's plan is no evidence
 * of who sends this request, so it never signs a user in: without a signed-in user the flow continues.
 */
export async function connectPending(
  web: Web,
  sources: WebSources,
  { flow, slug }: { readonly flow: Flow; readonly slug: string },
  req: Request,
  res: Response,
): Promise<void> {
  if (req.method === 'HEAD') {
    res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    return;
  }
  checkLogin(web, req);
  const planToken = readPlanToken(web.keyring, flow.slug, web.clock.now(), web.cookies(flow.slug, req).read('plan'));
  const plan = planToken === null ? null : await loadActivePlan(web.context, flow, planToken.planId);
  const user = await web.authSession.current(req);
  const identity = plan === null || plan === 'over' ? undefined : plan.context.identity;
  if (planToken === null || plan === null || plan === 'over' || user === null || identity?.source !== slug) {
    sendTo(res, user === null ? flowPath(web, flow.slug) : web.home, null);
    return;
  }
  const { planId: id, enrollmentId, secretId } = planToken;
  const resume = { next: plan.context.redirect ?? null, plan: { flow: flow.slug, id, enrollmentId, secretId } };
  await receiveIdentity({ web, sources, req, res, identity, resume, answer: web.token(), ended: [] });
}
