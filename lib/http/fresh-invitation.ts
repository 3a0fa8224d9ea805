import { message } from '../base/message.js';
import { freshField } from '../base/reserved-names.js';
import { redirectTo, type RedirectReply, type StageReply } from '../executor/reply.js';
import { takesCode } from '../flow/stage.js';
import type { PageModel } from '../pages/page-model.js';
import type { MailedLink } from '../ports/fresh-invitations.js';
import { flowPath } from './links.js';
import type { Visit } from './visit.js';

/** The link of a mail that brought this browser here; `null`: none did. */
export function mailedLinkOf({ entryLink: { code, proof } }: Visit): MailedLink | null {
  return code === undefined || proof === undefined ? null : { code, proof };
}

/** True for a page whose form takes an invitation's code. */
export function isCodePage({ flow }: Visit, { step, status }: StageReply, { form }: PageModel): boolean {
  return form !== null && status !== 503 && flow.bindings.some(({ key, stage }) => key === step && takesCode(stage));
}

/** The page that asks for a code, with a button that has a fresh link mailed where that of the mail has ended. */
export async function withFreshLink(visit: Visit, reply: StageReply, page: PageModel): Promise<PageModel> {
  const { web, flow } = visit;
  const link = mailedLinkOf(visit);
  const fresh = web.context.services.freshInvitations;
  if (link === null || fresh === undefined || !isCodePage(visit, reply, page)) return page;
  const cause = page.notice === null ? await fresh.causeOf(link) : null;
  if (cause === null) return page;
  const button = {
    href: flowPath(web, flow.slug),
    label: message('ticket.fresh.submit'),
    submits: { name: freshField, value: 'asked' },
  };
  return {
    ...page,
    title: message(`ticket.${cause}.title`),
    messages: [...page.messages, message(`ticket.${cause}.text`)],
    links: [button, ...page.links],
  };
}

/**
 * Asks for a fresh link, by a page or by JSON. The answer is the same whether one is sent or not. `signature`: of the form;
 * `null`: it has none.
 */
export async function renewInvitation(visit: Visit, signature: string | null): Promise<RedirectReply> {
  const { web, req, flow } = visit;
  const link = mailedLinkOf(visit);
  const request = { client: web.client(req), form: pressedForm(visit, signature) };
  if (link !== null) await web.context.services.freshInvitations?.renew(link, request);
  return redirectTo({ flow: flow.slug }, { notice: message('notice.ticket_sent') });
}

/** The same for two clicks on one page of this browser. */
export function pressedForm({ flow, planToken }: Visit, signature: string | null): string {
  return JSON.stringify([flow.slug, planToken.enrollmentId, signature]);
}
