import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { execute } from '../executor/execute.js';
import { refusal } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { linkTokenSeconds, sealLinkToken } from './cookies/link-token.js';
import { sendTo } from './headers.js';
import { flowPath, mailLinkPath, mailLinkParameter } from './links.js';
import { flowPageModel } from './page-model.js';
import { parameterOf } from './query.js';
import { sendModel, sendRefusal, sendReply } from './send-reply.js';
import { askOf, openVisit, type Visit } from './visit.js';
import type { Web } from './web.js';

/**
 * GET: the link of a mail. It changes nothing, because mail scanners open links too: the token moves from the address
 * into a sealed cookie. In the browser of the plan, the flow's page then has a button that confirms. A plan belongs to
 * one browser: another one, of a person who was made to open the link, confirms nothing and learns where to go on.
 */
export async function showMailLink(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const { mailCodes } = web.context.services;
  const token = parameterOf(req, mailLinkParameter);
  if (mailCodes !== undefined && token !== null) {
    const jar = web.cookies(flow.slug, req);
    const purpose = 'mail-link';
    const sealed = await sealLinkToken(web.keyring, { purpose, flow: flow.slug, token }, web.clock.now());
    jar.set('mail', sealed, linkTokenSeconds[purpose]);
    sendTo(res, flowPath(web, flow.slug) + mailLinkPath, jar);
    return;
  }
  const visit = await openVisit(web, flow, req, res);
  const { mail } = visit.entryLink;
  if (mailCodes === undefined || mail === undefined) return sendInvalid(visit);
  const { fresh } = visit.planToken;
  const reply = await execute(
    web.context,
    askOf(visit, { act: false, fresh, submission: null, injectedContext: null }),
  );
  // The plan decides: what a failed request has ended with its link is still to be done.
  if (reply.type === 'stage' && reply.challenge['opens_mail_link'] === true)
    return sendTo(res, flowPath(web, flow.slug), visit.jar);
  const state = await mailCodes.linkState(flow.slug, mail, visit.planToken.enrollmentId);
  if (state !== 'over' && reply.type === 'refusal' && reply.reason === 'signed_in') return sendReply(visit, reply);
  // In the browser that it was sent for, whose plan has begun anew since, it is of no use either.
  return state === 'other' ? sendPageOf(visit, 200, 'elsewhere') : sendInvalid(visit);
}

function sendInvalid(visit: Visit): Promise<void> {
  visit.jar.clear('mail');
  return sendPageOf(visit, 404, 'invalid');
}

/** POST: nothing is sent here. */
export function submitMailLink(web: Web, _flow: Flow, req: Request, res: Response): Promise<void> {
  return sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
}

function sendPageOf(visit: Visit, status: 200 | 404, about: 'invalid' | 'elsewhere'): Promise<void> {
  const { web, req, res, flow, jar } = visit;
  const path = flowPath(web, flow.slug);
  const again = { href: path, label: message('link.start_again') };
  const home = { href: web.home, label: message('link.home') };
  const model = flowPageModel(visit, {
    view: 'pages/problem',
    title: message(`email.link.${about}.title`),
    messages: [message(`email.link.${about}.text`)],
    links: [
      // Where the other browser goes on, starting again here would waste its code.
      ...(about === 'elsewhere' ? [home, { ...again, quiet: true }] : [{ ...again, primary: true }, home]),
    ],
    languagePath: path + mailLinkPath,
    app: web.locals(req),
  });
  return sendModel(web, req, res, status, model, jar);
}
