import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { linkExpired } from '../executor/flow-access.js';
import { redirectTo, refusal, type RedirectReply, type RefusalReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { linkTokenSeconds, sealLinkToken } from './cookies/link-token.js';
import { pressedForm } from './fresh-invitation.js';
import { forgedForm, receive } from './receive-form.js';
import { sendTo } from './headers.js';
import { flowPath, ticketMailParameter, ticketParameter } from './links.js';
import { parameterOf } from './query.js';
import { sendRefusal, sendReply } from './send-reply.js';
import { freshTicketStep } from './ticket-page.js';
import { givePlanToken, type Visit } from './visit.js';
import type { Web } from './web.js';

/**
 * GET: a ticket that the server issued. It changes nothing, because mail scanners open links too: the ticket moves from
 * the address into a sealed cookie, and the browser begins a new plan.
 */
export async function showTicketLink(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  if (flow.tickets.length === 0) {
    return sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
  }
  const [ticket, mailed] = [parameterOf(req, ticketParameter) ?? '', parameterOf(req, ticketMailParameter)];
  const token = mailed === null ? ticket : `${ticket}.${mailed}`;
  const jar = web.cookies(flow.slug, req);
  const purpose = 'ticket-link';
  const sealed = await sealLinkToken(web.keyring, { purpose, flow: flow.slug, token }, web.clock.now());
  jar.set('ticket', sealed, linkTokenSeconds[purpose]);
  // A link carries no plan, and that of another link is not its own.
  givePlanToken({ web, flow, jar });
  sendTo(res, flowPath(web, flow.slug), jar);
}

/** POST: asks for a fresh ticket. The answer is the same whether one is sent or not. */
export async function renewTicket(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const received = await receive(web, flow, req, res);
  if (received === null) return;
  const { visit, form, redraw } = received;
  if (form.step !== freshTicketStep) {
    await sendReply(visit, forgedForm(visit.flow));
    return;
  }
  await sendReply(
    visit,
    redraw === null ? await freshTicket(visit, received.signature) : redirectTo({ flow: flow.slug }),
  );
}

/** Asks for a fresh ticket, by a page or by JSON. `signature`: of the form; `null`: it has none. */
export async function freshTicket(visit: Visit, signature: string | null): Promise<RedirectReply | RefusalReply> {
  const { web, req, flow, entryLink, locale } = visit;
  const { ticket } = entryLink;
  if (ticket === undefined) return linkExpired(flow);
  await web.context.services.tickets?.renew(ticket, {
    client: web.client(req),
    locale,
    form: pressedForm(visit, signature),
  });
  return redirectTo({ flow: flow.slug }, { notice: message('notice.ticket_sent') });
}
