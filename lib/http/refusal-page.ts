import { message } from '../base/message.js';
import type { MessageId } from '../base/texts/english.js';
import type { RefusalReply } from '../executor/reply.js';
import { isSourceOnly } from '../flow/flow.js';
import type { PageLink, PageModel } from '../pages/page-model.js';
import { flowPath, linkTo, signInLinks, sourceLoginLinks } from './links.js';
import { pageModel } from './page-model.js';
import type { Web } from './web.js';

const problemTitles = {
  400: 'problem.400.title',
  403: 'denied.title',
  404: 'problem.404.title',
  413: 'problem.413.title',
  415: 'problem.415.title',
  429: 'problem.429.title',
  500: 'problem.500.title',
  503: 'problem.503.title',
} as const;

// Refusals caused by the request, not by the flow.
const faulty: ReadonlySet<string> = new Set<MessageId>(['problem.403.forged.title', 'problem.403.cookies.title']);

const titles = new Map<string, MessageId>([
  ['flow.signed_in', 'signed_in.title'],
  ['problem.403.forged', 'problem.403.forged.title'],
  ['problem.403.cookies', 'problem.403.cookies.title'],
  // Shown to signed-in users.
  ['source.another', 'denied.title'],
  ['source.another_named', 'denied.title'],
  ['source.sign_in_again', 'denied.title'],
]);

/** The page's title. A visitor who returns from a provider without being signed in reads that fact first. */
function titleOf(id: string, { status, flow }: RefusalReply): MessageId | undefined {
  return (
    titles.get(id) ?? (status === 403 && flow === null && id.startsWith('source.') ? 'source.not_signed_in' : undefined)
  );
}

export function refusalPage(web: Web, reply: RefusalReply, app: PageModel['app']): PageModel {
  const ofFlow = reply.flow !== null && reply.status === 403;
  const special = reply.messages.map(({ id }) => titleOf(id, reply)).find((title) => title !== undefined);
  const denied = reply.flow?.designation === 'enrollment' ? 'denied.sign_up.title' : 'denied.title';
  const title = special ?? (ofFlow ? denied : problemTitles[reply.status]);
  const home: PageLink = { href: web.home, label: message('link.home') };
  const onward = reply.links.map(({ to, label }) => ({ href: linkTo(web, to, undefined), label }));
  return pageModel({
    view: ofFlow && !(special !== undefined && faulty.has(special)) ? 'pages/denied' : 'pages/problem',
    layout: reply.flow?.layout ?? 'stacked',
    locale: web.locale,
    flow: reply.flow === null ? null : { slug: reply.flow.slug, title: reply.flow.title },
    title: message(title),
    messages: reply.messages,
    reference: reply.reference,
    links:
      special === 'signed_in.title'
        ? [home]
        : [...onward, ...again(web, reply, special), ...entrance(web, reply, ofFlow && special === undefined), home],
    app,
  });
}

/** A link back to the flow; if the flow is over and starts only at a source, to the sources. */
function again(web: Web, { flow, status, next }: RefusalReply, special: string | undefined): readonly PageLink[] {
  if (flow === null) return [];
  if (status === 403 && isSourceOnly(flow) && !(special !== undefined && faulty.has(special)))
    return sourceLoginLinks(web, next);
  return [{ href: flowPath(web, flow.slug), label: message(status === 503 ? 'link.try_again' : 'link.start_again') }];
}

/** A sign-in link, if that is the next step: the page requires it, or an account may already exist. */
function entrance(web: Web, { flow, messages, next }: RefusalReply, denied: boolean): readonly PageLink[] {
  if (flow === null) return [];
  if (messages.some(({ id }) => id === 'flow.signed_out')) return signInLinks(web, { flow: flow.slug });
  return denied && flow.designation === 'enrollment' ? signInLinks(web, next ?? undefined) : [];
}
