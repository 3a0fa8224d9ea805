import { message } from '../base/message.js';
import { locationOf } from '../base/target.js';
import type { RefusalReply } from '../executor/reply.js';
import type { PageLink, PageModel } from '../pages/page-model.js';
import type { RefusedTicket } from '../ports/ticket-gate.js';
import { asPrimary, flowPath, recoveryLinks, signInLinks, ticketLinkPath } from './links.js';
import { readNotice } from './notices.js';
import { buttonForm, flowPageModel } from './page-model.js';
import { givePlanToken, type Visit } from './visit.js';

/** Stands for "send a fresh link" in a step's signature; no stage binding can have this key. */
export const freshTicketStep = '~fresh-ticket';

/** The page of a ticket that is refused: what became of it, and what to do next. `null`: another refusal. */
export function ticketPage(visit: Visit, { ticket }: RefusalReply, app: PageModel['app']): PageModel | null {
  if (ticket === null) return null;
  const { web, flow, jar, planToken } = visit;
  const { cause, purpose, renewable } = ticket;
  const notice = readNotice(web, jar);
  const isSent = renewable && notice?.id === 'notice.ticket_sent';
  const offersFresh = renewable && !isSent;
  if (offersFresh && planToken.fresh) givePlanToken(visit, planToken);
  const proves = purpose === 'verify-email' || purpose === 'change-email';
  return flowPageModel(visit, {
    view: offersFresh ? 'pages/continue' : 'pages/denied',
    // What comes next: the mail, not another request.
    title: message(isSent ? 'ticket.fresh.title' : `ticket.${cause}.title`),
    messages: [
      message(
        isSent ? 'ticket.fresh.text' : cause === 'used' && proves ? 'ticket.used.email_text' : `ticket.${cause}.text`,
      ),
    ],
    form: offersFresh
      ? buttonForm(visit, { path: ticketLinkPath, step: freshTicketStep, submit: message('ticket.fresh.submit') })
      : null,
    notice,
    links: recommending(ticket, linksOf(visit, ticket)),
    languagePath: flowPath(web, flow.slug),
    app,
  });
}

/** Where the ticket was to lead, the sign-in, and the home page. */
function linksOf({ web, flow, user }: Visit, { cause, result, app }: RefusedTicket): readonly PageLink[] {
  // An account that is not active can neither sign in nor get a new password.
  const isUsable = cause !== 'deactivated';
  const href = result === null ? null : locationOf(web.site, result);
  const label = app === null ? message('ticket.continue') : message('ticket.continue_to', { app });
  const again = { href: flowPath(web, flow.slug), label: message('link.try_again') };
  return [
    ...(cause === 'busy' ? [again] : []),
    ...(href === null ? [] : [{ href, label }]),
    ...(user === null && isUsable ? [...signInLinks(web, undefined), ...recoveryLinks(web, undefined)] : []),
    { href: web.home, label: message('link.home') },
  ];
}

/** The link that the text of the page names. Most other texts recommend what no link can do: to look into one's mail. */
export function recommending(
  { cause, purpose }: Pick<RefusedTicket, 'cause' | 'purpose'>,
  links: readonly PageLink[],
): readonly PageLink[] {
  const proves = purpose === 'verify-email' || purpose === 'change-email';
  if (cause === 'busy' || (cause === 'used' && proves)) return asPrimary(links);
  if (!['used', 'signed_in', 'password_changed', 'address_taken'].includes(cause)) return links;
  return links.map((link) => (link.label.id === 'link.sign_in' ? { ...link, primary: true } : link));
}
