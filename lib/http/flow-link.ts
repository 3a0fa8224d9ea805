import type { Request, Response } from 'express';
import { Secret } from '../base/secret.js';
import type { Flow } from '../flow/flow.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { linkTokenSeconds, sealLinkToken } from './cookies/link-token.js';
import { readPlanToken } from './cookies/plan-token.js';
import { sendTo } from './headers.js';
import { flowLinkParameter, flowPath } from './links.js';
import { parameterOf } from './query.js';
import { givePlanToken } from './visit.js';
import type { Web } from './web.js';

/**
 * GET: a link that the server issued for a flow. It changes nothing: the token moves from the address into a sealed
 * cookie, and the browser begins a new plan. False: the address has no token, or the flow takes none.
 */
export async function takeFlowLink(web: Web, flow: Flow, req: Request, res: Response): Promise<boolean> {
  const token = flow.authentication === 'require_token' ? parameterOf(req, flowLinkParameter) : null;
  if (token === null) return false;
  const jar = web.cookies(flow.slug, req);
  const purpose = 'flow-link';
  const sealed = await sealLinkToken(web.keyring, { purpose, flow: flow.slug, token }, web.clock.now());
  jar.set('link', sealed, linkTokenSeconds[purpose]);
  // A link carries no plan, and that of another link is not its own. The one that it began in this browser goes on.
  if (!(await hasBegunHere(web, flow, jar, token))) givePlanToken({ web, flow, jar });
  sendTo(res, flowPath(web, flow.slug), jar);
  return true;
}

async function hasBegunHere(web: Web, flow: Flow, jar: CookieJar, token: string): Promise<boolean> {
  const held = readPlanToken(web.keyring, flow.slug, web.clock.now(), jar.read('plan'));
  const { flowLinks } = web.context.services;
  if (held === null || flowLinks === undefined) return false;
  return flowLinks.isTakenBy(new Secret(token), held.enrollmentId);
}
