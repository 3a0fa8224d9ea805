import { declineField, freshField } from '../../base/reserved-names.js';
import type { FlowEntryLink } from '../../flow/facts.js';
import { proofParameter } from '../../invitations/codes/mailed-code.js';
import type { PageLink, PageModel } from '../../pages/page-model.js';
import { message } from '../../base/message.js';
import { flowPath, ticketLinkPath, ticketMailParameter, ticketParameter } from '../links.js';
import type { Call } from './call.js';

/**
 * What a button of the page does beside the step, a fresh link or declining an invitation, is a link in the JSON: to the
 * page that has the button. A client whose link came in `query` has no cookie of it, so the link brings it again.
 */
export function linksWithButtons({ visit, link }: Pick<Call, 'visit' | 'link'>, model: PageModel): PageModel {
  const { web, flow } = visit;
  const page = flowPath(web, flow.slug);
  const brought = broughtBack(link.link, page);
  const links = model.links.map((one): PageLink => {
    const isButton = one.submits?.name === freshField || one.submits?.name === declineField;
    return isButton ? { ...one, href: brought.invitation ?? page } : one;
  });
  const isFreshTicket = model.form?.submit.id === 'ticket.fresh.submit';
  const fresh = { href: brought.ticket ?? page, label: message('ticket.fresh.submit') };
  return { ...model, links: isFreshTicket ? [fresh, ...links] : links, form: isFreshTicket ? null : model.form };
}

function broughtBack(
  { code, proof, ticket: opened }: FlowEntryLink,
  page: string,
): { readonly invitation: string | null; readonly ticket: string | null } {
  const invited = new URLSearchParams({ invite: code?.reveal() ?? '', [proofParameter]: proof?.reveal() ?? '' });
  const [ticket = '', mailed] = (opened?.reveal() ?? '').split('.');
  const ticketed = new URLSearchParams({
    [ticketParameter]: ticket,
    ...(mailed === undefined ? {} : { [ticketMailParameter]: mailed }),
  });
  return {
    invitation: code === undefined || proof === undefined ? null : `${page}?${invited.toString()}`,
    ticket: opened === undefined ? null : `${page}${ticketLinkPath}?${ticketed.toString()}`,
  };
}
