import { message, type Message } from '../base/message.js';
import { declineField, freshField } from '../base/reserved-names.js';
import { redirectTo, type RedirectReply, type StageReply } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import type { MailedInvitationState } from '../ports/invitation-decline.js';
import { isCodePage, mailedLinkOf } from './fresh-invitation.js';
import { flowPath } from './links.js';
import type { Visit } from './visit.js';

/** What became of an invitation that its mail's link no longer opens. */
const ends: Readonly<Record<Exclude<MailedInvitationState, 'open' | 'held'>, readonly [Message, Message]>> = {
  declined: [message('invitation.decline.title'), message('invitation.decline.text')],
  used: [message('ticket.used.title'), message('invitation.used_up')],
  revoked: [message('ticket.revoked.title'), message('ticket.revoked.text')],
  expired: [message('ticket.expired.title'), message('invitation.expired')],
  superseded: [message('ticket.superseded.title'), message('ticket.superseded.text')],
};

/**
 * The page that asks for a code: a person who came by the mail may decline, and sees what became of an invitation that
 * has ended. Nothing is added to a page that says so already, or to the answer to a form.
 */
export async function withDecline(visit: Visit, reply: StageReply, page: PageModel): Promise<PageModel> {
  const { web, flow } = visit;
  const link = mailedLinkOf(visit);
  const decline = web.context.services.invitationDecline;
  if (link === null || decline === undefined || !isCodePage(visit, reply, page)) return page;
  const state = await decline.stateOf(link);
  if (state === null || state === 'held') return page;
  if (state === 'open') {
    const button = {
      href: flowPath(web, flow.slug),
      label: message('invitation.decline.submit'),
      submits: { name: declineField, value: 'confirmed' },
    };
    return { ...page, links: [...page.links, button] };
  }
  if (state !== 'declined' && reply.status !== 200) return page;
  if ((state === 'expired' || state === 'superseded') && offersFreshLink(page)) return page;
  const [title, text] = ends[state];
  const links = page.links.filter(({ submits }) => submits === undefined);
  return {
    ...page,
    // The code would be refused; the link of a new invitation opens the form again.
    view: 'pages/denied',
    form: null,
    links: state === 'used' ? links.map((one) => (isSignIn(one) ? { ...one, primary: true } : one)) : links,
    title,
    intro: null,
    messages: [...page.messages, text],
  };
}

/** True also right after it was asked for. */
function offersFreshLink({ links, notice }: PageModel): boolean {
  return notice?.id === 'notice.ticket_sent' || links.some(({ submits }) => submits?.name === freshField);
}

function isSignIn({ label }: PageModel['links'][number]): boolean {
  return label.id === 'link.sign_in';
}

/**
 * Declines the invitation whose mail brought this client here, by a page or by JSON. Without that mail nothing happens.
 */
export async function declineInvitation(visit: Visit): Promise<RedirectReply> {
  const { web, flow } = visit;
  const link = mailedLinkOf(visit);
  const state = link === null ? null : await web.context.services.invitationDecline?.decline(link);
  return redirectTo({ flow: flow.slug }, { notice: state === 'held' ? message('invitation.held') : null });
}
