import { message } from '../base/message.js';
import { declineField } from '../base/reserved-names.js';
import type { StageReply } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import { isCodePage, mailedLinkOf } from './fresh-invitation.js';
import { sendTo } from './headers.js';
import { flowPath } from './links.js';
import type { Visit } from './visit.js';

/** The page that asks for a code: a person who came by the mail may decline, and sees where they have. */
export async function withDecline(visit: Visit, reply: StageReply, page: PageModel): Promise<PageModel> {
  const { web, flow } = visit;
  const link = mailedLinkOf(visit);
  const decline = web.context.services.invitationDecline;
  if (link === null || decline === undefined || !isCodePage(visit, reply, page)) return page;
  const state = await decline.stateOf(link);
  if (state === 'declined')
    return {
      ...page,
      // The code would be refused; the link of a new invitation opens the form again.
      view: 'pages/denied',
      form: null,
      links: page.links.filter(({ submits }) => submits === undefined),
      title: message('invitation.decline.title'),
      messages: [...page.messages, message('invitation.decline.text')],
    };
  if (state === null) return page;
  const button = {
    href: flowPath(web, flow.slug),
    label: message('invitation.decline.submit'),
    submits: { name: declineField, value: 'confirmed' },
  };
  return { ...page, links: [...page.links, button] };
}

/** POST: declines the invitation whose mail brought this browser here. Without that mail nothing happens. */
export async function declineInvitation(visit: Visit): Promise<void> {
  const { web, res, flow, jar } = visit;
  const link = mailedLinkOf(visit);
  if (link !== null) await web.context.services.invitationDecline?.decline(link);
  sendTo(res, flowPath(web, flow.slug), jar);
}
