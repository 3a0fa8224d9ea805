import type { Request, Response } from 'express';
import type { Flow } from '../flow/flow.js';
import { asksForCode, startFreshPlans } from './fresh-plans.js';
import { sendTo } from './headers.js';
import { linkIn } from './link-in-query.js';
import { acceptingFlow, flowPath } from './links.js';
import { checkLogin } from './login/auth-session.js';
import { queryOf } from './query.js';
import { givePlanToken, keepEntryLink } from './visit.js';
import type { Web } from './web.js';

/**
 * Handles a link with a code, a `next` or a `login_hint`: seals them into a cookie and redirects to the clean address,
 * so that neither the history nor a `Referer` contains them.
 */
export async function takeEntryLink(web: Web, flow: Flow, req: Request, res: Response): Promise<boolean> {
  const link = linkIn(web.site, flow, queryOf(req));
  if (link === null) return false;
  const to = link.code === undefined ? flow : await flowForCode(web, flow, req);
  const jar = web.cookies(to.slug, req);
  await keepEntryLink(web, req, jar, { ...link, flow: to.slug });
  if (link.code !== undefined) {
    if (asksForCode(to)) givePlanToken({ web, flow: to, jar });
    else res.append('Set-Cookie', [...startFreshPlans(web, req)]);
  }
  sendTo(res, flowPath(web, to.slug), jar);
  return true;
}

/** A signed-in user cannot create an account with an invitation, but may accept it. */
async function flowForCode(web: Web, flow: Flow, req: Request): Promise<Flow> {
  const accepting = acceptingFlow(web);
  if (accepting === null || flow.designation !== 'enrollment' || flow.authentication !== 'require_unauthenticated')
    return flow;
  checkLogin(web, req);
  return (await web.authSession.current(req)) === null ? flow : accepting;
}
