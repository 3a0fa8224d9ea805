import { isJsonObject, type JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { StageReply } from '../executor/reply.js';
import { isMessage } from '../pages/field-view.js';
import type { PageModel } from '../pages/page-model.js';
import { flowPath } from './links.js';
import { flowPageModel, leadsOnly } from './page-model.js';
import { pageLinkOf } from './stage-page-links.js';
import { isSettings, settingsBackLink } from './settings-links.js';
import type { Visit } from './visit.js';

/**
 * A list of account settings with nothing in it: what it says, what can be added, and one way back. A form would have
 * nothing to send. `null`: another page.
 */
export function emptyListPage(
  visit: Visit,
  reply: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognized'>,
): PageModel | null {
  const { web, flow, user } = visit;
  if (user === null || !isSettings(flow) || !leadsOnly(reply)) return null;
  const texts = textsOf(reply.challenge);
  if (texts === null) return null;
  return flowPageModel(visit, {
    view: 'pages/denied',
    stage: reply.stage,
    languagePath: flowPath(web, flow.slug),
    title: reply.title ?? flow.title,
    intro: reply.intro,
    messages: [...reply.messages, ...texts],
    links: [
      ...reply.links.map((link, index) => ({ ...pageLinkOf(visit, link), primary: index === 0 })),
      settingsBackLink(web, flow),
    ],
    ...more,
  });
}

/** What its fields say; `null` where one asks for something, or says it in HTML, which paragraphs cannot. */
function textsOf({ fields }: JsonObject): readonly Message[] | null {
  if (!Array.isArray(fields) || fields.length === 0) return null;
  const texts = fields
    .filter(isJsonObject)
    .map(({ display, sub_text: text }) => (display === 'alert' && isMessage(text) ? text : null));
  return texts.every((text) => text !== null) ? texts : null;
}
