import { message } from '../base/message.js';
import type { MessageId } from '../base/texts/english.js';
import type { RefusalReason, RefusalReply } from '../executor/reply.js';
import { isSourceOnly, restoresAddress } from '../flow/flow.js';
import { takesCode } from '../flow/stage.js';
import type { PageLink, PageModel, SourceButton } from '../pages/page-model.js';
import type { RefusalPage } from './kept-refusal.js';
import {
  flowPath,
  linkTo,
  recoveryLinks,
  returnTarget,
  signInLinks,
  sourceButton,
  sourceLoginButtons,
  waitlistLinks,
} from './links.js';
import { pageModel } from './page-model.js';
import { withRecommended } from './recommended-link.js';
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

const titles: Readonly<Partial<Record<RefusalReason, MessageId>>> = {
  signed_in: 'signed_in.title',
  other_account: 'switch_account.title',
  link_expired: 'flow.link_expired.title',
  forged_form: 'problem.403.forged.title',
  no_cookies: 'problem.403.cookies.title',
  // A visitor who returns from a provider without being signed in reads that fact first.
  source_failed: 'source.not_signed_in',
};

export function refusalPage(
  web: Web,
  { reply, pageFlow }: RefusalPage,
  { app, locale, languagePath }: Pick<PageModel, 'app' | 'locale' | 'languagePath'>,
): PageModel {
  const ofFlow = reply.flow !== null && reply.status === 403 && !isFaulty(reply);
  const denied = refusesInvitation(reply) ? 'denied.sign_up.title' : 'denied.title';
  const special = reply.reason === null ? undefined : titles[reply.reason];
  const title = special ?? (ofFlow ? denied : problemTitles[reply.status]);
  const home: PageLink = { href: web.home, label: message('link.home') };
  const suggested = reply.links
    .filter(({ source }) => source === undefined)
    .map(({ to, label }) => ({ href: linkTo(web, to, undefined), label }));
  return pageModel({
    view: ofFlow ? 'pages/denied' : 'pages/problem',
    layout: pageFlow?.layout ?? null,
    locale,
    languagePath,
    flow: pageFlow === null ? null : { slug: pageFlow.slug, title: pageFlow.title },
    title: message(title),
    messages: reply.messages,
    reference: reply.reference,
    sources: reply.reason === 'signed_in' ? [] : sourcesOf(web, reply),
    links: withRecommended(
      reply,
      reply.reason === 'signed_in' ? [home] : [...suggested, ...waysOn(web, reply, ofFlow), home],
    ),
    app,
  });
}

/** True for a sign-up whose invitation does not admit the visitor; without an invitation, nothing is said about one. */
function refusesInvitation(reply: RefusalReply): boolean {
  const { flow, messages } = reply;
  if (flow?.designation !== 'enrollment' || startsAtSource(reply)) return false;
  const isMissing = messages.some(({ id }) => id === 'users.invitation_needed');
  return !isMissing && flow.bindings.some(({ stage }) => takesCode(stage));
}

/** The sources that the refusal offers; where the flow is over and starts only at a source, all of them. */
function sourcesOf(web: Web, reply: RefusalReply): readonly SourceButton[] {
  if (startsAtSource(reply)) return sourceLoginButtons(web, reply.next);
  return reply.links.flatMap(({ to, source: slug }) => {
    const source = slug === undefined ? null : (web.sources?.get(slug) ?? null);
    return source === null ? [] : [sourceButton(source, linkTo(web, to, undefined))];
  });
}

function startsAtSource(reply: RefusalReply): boolean {
  return reply.flow !== null && reply.status === 403 && isSourceOnly(reply.flow) && !isFaulty(reply);
}

/** For a visitor who is signed out, the page would only refuse again: they sign in first, and come back by it. */
function waysOn(web: Web, reply: RefusalReply, denied: boolean): readonly PageLink[] {
  const signIn = signInLinksAfter(web, reply, denied);
  return reply.reason === 'signed_out' && signIn.length > 0 ? signIn : [...restartLinks(web, reply), ...signIn];
}

/** A link back to the flow, unless it starts only at a source. */
function restartLinks(web: Web, reply: RefusalReply): readonly PageLink[] {
  const { flow, status } = reply;
  if (flow === null || isReachedFromElsewhere(reply) || startsAtSource(reply)) return [];
  if (status === 403 && (restoresAddress(flow) || asksForSession(reply))) return [];
  return [{ href: flowPath(web, flow.slug), label: message(status === 503 ? 'link.try_again' : 'link.start_again') }];
}

/** True where a ticket's link waits for its account to be signed in; begun again, the flow has no ticket. */
function asksForSession({ messages }: RefusalReply): boolean {
  return messages.some(({ id }) => id === 'ticket.confirm_email.sign_in');
}

/** A sign-in link, if that is the next step: the page requires it, or an account may already exist. */
function signInLinksAfter(web: Web, reply: RefusalReply, denied: boolean): readonly PageLink[] {
  const { flow, reason, next } = reply;
  if (flow === null) return [];
  if (reason === 'signed_out') return signInLinks(web, returnTarget(web, flow.slug, next ?? undefined));
  if (asksForSession(reply)) return signInLinks(web, undefined);
  // Where nothing is left to undo, the account is used as usual, or recovered.
  if (denied && restoresAddress(flow)) return [...signInLinks(web, undefined), ...recoveryLinks(web, undefined)];
  if (!denied || flow.designation !== 'enrollment') return [];
  return [...signInLinks(web, next ?? undefined), ...waitlistLinks(web).map(({ href, label }) => ({ href, label }))];
}

const fromElsewhere: ReadonlySet<RefusalReason> = new Set([
  'not_redirected',
  'not_linked',
  'link_expired',
  'other_account',
]);

/** True where the flow's own page would only refuse again. */
function isReachedFromElsewhere({ reason }: RefusalReply): boolean {
  return reason !== null && fromElsewhere.has(reason);
}

/** True for a refusal that the request caused, not the flow. */
function isFaulty({ reason }: RefusalReply): boolean {
  return reason === 'forged_form' || reason === 'no_cookies';
}
