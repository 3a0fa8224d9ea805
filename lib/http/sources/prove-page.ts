import { message } from '../../base/message.js';
import type { StageReply } from '../../executor/reply.js';
import type { PageModel } from '../../pages/page-model.js';
import { connectPath, flowPath, signInLinks } from '../links.js';
import { pageModel } from '../page-model.js';
import type { Visit } from '../visit.js';

/**
 * Stands in the place of a stage that could not prove the account. The identity, `next` and the code stay: the buttons
 * lead through this plan, and the sign-in page comes back to it. `null`: the stage's own page is shown.
 */
export function provePage(
  { web, flow }: Visit,
  { provedElsewhere, identity }: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognised'>,
): PageModel | null {
  if (!provedElsewhere || identity === null) return null;
  return pageModel({
    view: 'pages/denied',
    layout: flow.layout,
    locale: web.locale,
    flow: { slug: flow.slug, title: flow.title },
    title: message('source.prove.title'),
    messages: [message('source.prove', { source: identity.sourceName })],
    links: [
      ...signInLinks(web, { path: connectPath(web, flow, identity.source) }),
      { href: `${flowPath(web, flow.slug)}cancel/`, label: message('link.cancel') },
    ],
    ...more,
  });
}
