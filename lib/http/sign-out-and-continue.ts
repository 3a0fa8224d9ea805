import type { Request, Response } from 'express';
import { storeAway } from '../base/error.js';
import { message } from '../base/message.js';
import { refusal } from '../executor/reply.js';
import { standingPlan } from '../executor/standing.js';
import type { Flow } from '../flow/flow.js';
import { receive } from './flow-page.js';
import { sendTo } from './headers.js';
import { flowPath, isLedToBySources } from './links.js';
import { signOut } from './sign-out.js';
import { signOutStep } from './signed-in-page.js';
import { giveHandle, type Visit } from './visit.js';
import type { Web } from './web.js';
import { writeReply } from './write-reply.js';

/** GET: the page with the button is the flow's own, as long as somebody is signed in. */
export function showSignOut(web: Web, flow: Flow, _req: Request, res: Response): Promise<void> {
  sendTo(res, flowPath(web, flow.slug), null);
  return Promise.resolve();
}

/**
 * POST: signs out and leads back to the flow, with what a link brought and without a plan that the person who leaves
 * has begun. A plan to which a source led is about whom the source recognised, and goes on; so does one in which somebody
 * else has shown who they are, by an account that it wrote, say.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when signing out fails
 */
export async function submitSignOut(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const received = await receive(web, flow, req, res);
  if (received === null) return;
  const { visit, submission } = received;
  if (submission.step !== signOutStep) {
    await writeReply(visit, refusal(403, [message('problem.403.forged')], { flow }));
    return;
  }
  // Otherwise sent twice, or signed out in another tab meanwhile.
  if (visit.user !== null) {
    const goesOn = isLedToBySources(flow) || (await isOfAnother(visit, visit.user));
    try {
      await signOut(web, req, res, { going: flow.slug, keepsEntryLink: true });
    } catch (error) {
      throw storeAway('the session store', error);
    }
    if (!goesOn) giveHandle(visit);
  }
  sendTo(res, flowPath(web, flow.slug), visit.jar);
}

/** True for a plan in which somebody else than `user` has shown who they are. */
async function isOfAnother({ web, flow, handle }: Visit, user: string): Promise<boolean> {
  const plan = await standingPlan(web.bench, flow, handle.planId);
  if (plan === null || plan === 'over') return false;
  const { account, proved = account } = plan;
  return proved !== undefined && proved !== user;
}
