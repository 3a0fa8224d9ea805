import { message } from '../../base/message.js';
import type { RefusalReply } from '../../executor/reply.js';
import type { PageModel } from '../../pages/page-model.js';
import { sourceLoginLinks } from '../links.js';
import { pageModel } from '../page-model.js';
import type { Visit } from '../visit.js';

/**
 * For an invitation's link that leads to a flow which only sources lead to: the way in is a source, and the code waits in
 * the entry link. `null`: another refusal.
 */
export function invitedPage(
  { web, flow, entryLink }: Visit,
  reply: RefusalReply,
  app: PageModel['app'],
): PageModel | null {
  if (!reply.sourceNeeded || entryLink.code === undefined) return null;
  return pageModel({
    view: 'pages/denied',
    layout: flow.layout,
    locale: web.locale,
    flow: { slug: flow.slug, title: flow.title },
    title: message('source.invited.title'),
    messages: [message('source.invited')],
    reference: null,
    links: sourceLoginLinks(web, entryLink.next ?? null),
    app,
  });
}
