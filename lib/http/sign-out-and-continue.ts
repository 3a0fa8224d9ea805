import type { Request, Response } from 'express';
import { storeAway } from '../base/error.js';
import { enrolled } from '../executor/reply.js';
import { loadActivePlan } from '../executor/active-plan.js';
import { acceptsInvitations, isOpenedByLink, isSourceOnly, type Flow } from '../flow/flow.js';
import { otherAccountPage } from './accept-pages.js';
import { forgedForm, receive } from './receive-form.js';
import { sendTo } from './headers.js';
import { flowPath } from './links.js';
import { signOut } from './sign-out.js';
import { signOutStep } from './signed-in-page.js';
import { givePlanToken, openVisit, type Visit } from './visit.js';
import type { Web } from './web.js';
import { sendModel, sendReply } from './send-reply.js';

/**
 * GET: the page with the button is the flow's own, while a user is signed in. A flow for signed-in users has a page of
 * its own for it.
 */
export async function showSignOut(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const visit = acceptsInvitations(flow) && web.authSession.canSignOut ? await openVisit(web, flow, req, res) : null;
  if (visit === null || visit.user === null) {
    sendTo(res, flowPath(web, flow.slug), null);
    return;
  }
  const { jar, planToken } = visit;
  if (planToken.fresh) givePlanToken(visit, planToken);
  await sendModel(web, req, res, 200, await otherAccountPage(visit, web.locals(req)), jar);
}

/**
 * POST: signs out and redirects to the flow; the entry link is kept, the running plan is not. Only a plan that a source
 * started continues, or one that a link began: it is not about the user who signs out. A plan that wrote another user's account does not: the user who signs out has not proved to be
 * that user, so the page says that the account is ready.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when signing out fails
 */
export async function submitSignOut(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const received = await receive(web, flow, req, res);
  if (received === null) return;
  const { visit, form, redraw } = received;
  if (form.step !== signOutStep) {
    await sendReply(visit, forgedForm(visit.flow));
    return;
  }
  // Otherwise the form was sent twice, or the user signed out in another tab meanwhile.
  if (visit.user !== null && redraw === null) {
    const account = await accountOfAnother(visit, visit.user);
    try {
      await signOut(web, req, res, { going: flow.slug, keepsEntryLink: true });
    } catch (error) {
      throw storeAway('the session store', error);
    }
    if (!isSourceOnly(visit.flow) && !isOpenedByLink(visit.flow)) givePlanToken(visit);
    if (account !== null) return sendReply(visit, enrolled({ user: account }));
  }
  sendTo(res, flowPath(web, flow.slug), visit.jar);
}

/** The account that the running plan wrote for another user than `user`; `null` if there is none. */
async function accountOfAnother({ web, flow, planToken }: Visit, user: string): Promise<string | null> {
  if (isSourceOnly(flow)) return null;
  const plan = await loadActivePlan(web.context, flow, planToken.planId);
  if (plan === null || plan === 'over' || plan.account === undefined) return null;
  return plan.account === user ? null : plan.account;
}
