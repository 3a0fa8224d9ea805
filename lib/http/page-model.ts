import { message, type Message } from '../base/message.js';
import { keptErrorsField, savedPasswordField } from '../base/reserved-names.js';
import type { EnrolledReply, StageReply } from '../executor/reply.js';
import type { PageModel, SourceButton } from '../pages/page-model.js';
import { mayCreateAccount } from './creates-account.js';
import { asPrimary, flowPath, otherSourceButtons, signInLinks, signInTargets, sourceLoginButtons } from './links.js';
import { formTime } from './form-time.js';
import { signErrors } from './kept-errors.js';
import { signatureField, signStep } from './posted-form.js';
import { isCancellable, stageLinks } from './stage-page-links.js';
import { stepsOf } from './steps.js';
import { ticketWords } from './ticket-words.js';
import { markOf, type Visit } from './visit.js';
import type { Web } from './web.js';

type Given = Partial<PageModel> & Pick<PageModel, 'view' | 'layout' | 'locale' | 'title' | 'app'>;

/** Fills the missing parts of a page's model. Written out: spreading costs more than rendering the page. */
export function pageModel(given: Given): PageModel {
  return {
    view: given.view,
    layout: given.layout,
    locale: given.locale,
    languagePath: given.languagePath ?? null,
    title: given.title,
    intro: given.intro ?? null,
    inviter: given.inviter ?? null,
    steps: given.steps ?? null,
    app: given.app,
    flow: given.flow ?? null,
    stage: given.stage ?? null,
    notice: given.notice ?? null,
    challenge: given.challenge ?? {},
    form: given.form ?? null,
    messages: given.messages ?? [],
    reference: given.reference ?? null,
    links: given.links ?? [],
    sources: given.sources ?? [],
    recognized: given.recognized ?? null,
  };
}

/** The model of a page of a flow beside its stages; the layout, the language and the flow are those of the visit. */
export function flowPageModel({ flow, locale }: Visit, given: Omit<Given, 'layout' | 'locale' | 'flow'>): PageModel {
  return pageModel({ ...given, layout: flow.layout, locale, flow: { slug: flow.slug, title: flow.title } });
}

/** A form that is only a button: it posts to `path`, below the flow's page, and is signed for `step`. */
export function buttonForm(
  visit: Visit,
  { path, step, submit }: { readonly path: string; readonly step: string; readonly submit: Message },
): NonNullable<PageModel['form']> {
  const { web, flow, planToken } = visit;
  const { enrollmentId } = planToken;
  const signed = { enrollmentId, flow: flow.slug, step, revision: 0, mark: markOf(visit) };
  const signature = signStep(web.keyring, signed);
  return {
    action: flowPath(web, flow.slug) + path,
    hidden: [{ name: signatureField, value: signature }],
    typed: {},
    errors: {},
    submit,
  };
}

export function stagePage(
  visit: Visit,
  reply: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognized'>,
): PageModel {
  const { web, flow, planToken, locale } = visit;
  const title = reply.title ?? flow.title;
  const time = formTime({ now: web.clock.now(), issuedAt: planToken.issuedAt }, reply);
  // Without them, no part of the page asks for it again.
  const isShownAgain = time !== null || isCancellable(reply) || web.pages.languages.length > 1;
  const signed = {
    enrollmentId: planToken.enrollmentId,
    flow: flow.slug,
    step: reply.step,
    revision: reply.revision,
    mark: markOf(visit),
  };
  return pageModel({
    view: reply.view,
    layout: flow.layout,
    locale,
    languagePath: flowPath(web, flow.slug),
    flow: { slug: flow.slug, title: isOwnTitle(visit) ? title : flow.title },
    stage: reply.stage,
    title,
    intro: reply.intro ?? invitedBy(reply) ?? (reply.isFirst ? flow.intro : null),
    inviter: reply.inviter,
    steps: stepsOf(flow, reply.step),
    challenge: reply.challenge,
    form: {
      action: flowPath(web, flow.slug),
      hidden: hiddenFields(web, signed, reply, isShownAgain),
      typed: reply.typed,
      focus: reply.focus,
      errors: reply.errors,
      submit: reply.submit ?? flow.submit ?? message('form.submit'),
      discards: isDestructive(reply),
      createsAccount: mayCreateAccount(flow, reply),
      words: ticketWords(reply.ticket, web.ticketApps),
      time,
    },
    messages: reply.messages,
    reference: reply.reference,
    links: stageLinks(visit, reply),
    notice: more.notice,
    app: more.app,
    sources: more.sources.length > 0 ? more.sources : waysToSignIn(visit, reply),
    recognized: more.recognized,
  });
}

/**
 * True where the title of the flow would say nothing, or something wrong, above that of the page: "Sign out?" for a
 * visitor who is signed out, and "Set your password" above "Set your password for Acme", which the ticket says.
 */
function isOwnTitle({ flow, user }: Visit): boolean {
  return flow.tickets.length > 0 || (flow.designation === 'invalidation' && user === null);
}

export function invitedBy({ inviter }: Pick<StageReply, 'inviter'>): Message | null {
  return inviter === null ? null : message('page.invited', { inviter });
}

function hiddenFields(
  { keyring, clock }: Web,
  signed: Parameters<typeof signStep>[1],
  reply: StageReply,
  isShownAgain: boolean,
): NonNullable<PageModel['form']>['hidden'] {
  const { savedPassword } = reply;
  const errors = isShownAgain ? signErrors(keyring, signed, reply, clock.now()) : null;
  return [
    { name: signatureField, value: signStep(keyring, signed) },
    ...(savedPassword === null ? [] : [{ name: savedPasswordField, value: savedPassword }]),
    ...(errors === null ? [] : [{ name: keptErrorsField, value: errors }]),
  ];
}

function isDestructive(reply: StageReply): boolean {
  return reply.keep !== null || (reply.destructive && !leadsOnly(reply));
}

/** A button that the challenge names, in place of the stage's, only leads on: there is nothing to answer. */
export function leadsOnly({ challenge }: StageReply): boolean {
  return challenge['submit'] !== undefined;
}

/** In an app without a sign-in page: buttons of the other sources, which return to this plan. */
function waysToSignIn({ web, flow, user }: Visit, { identity }: StageReply): readonly SourceButton[] {
  const isOffered = identity !== null && flow.designation === 'enrollment' && user === null;
  return isOffered && signInTargets(web).length === 0 ? otherSourceButtons(web, flow, identity.source) : [];
}

/** The account exists, but its user was not signed in. It must not be created a second time. */
export function enrolledPage(visit: Visit, reply: EnrolledReply, app: PageModel['app']): PageModel {
  const { web, entryLink } = visit;
  const { problem, reference } = reply;
  const home = { href: web.home, label: message('link.home') };
  const leadsToSignIn = problem === null || problem === 'repeated';
  return flowPageModel(visit, {
    view: 'pages/enrolled',
    title: message(leadsToSignIn ? 'enrolled.title' : `enrolled.${problem}.title`),
    messages: [message(problem === null ? 'enrolled.text' : `enrolled.${problem}.text`), ...reply.messages],
    reference,
    links: leadsToSignIn ? [...asPrimary(signInLinks(web, entryLink.next)), home] : [home],
    sources: leadsToSignIn ? sourceLoginButtons(web, entryLink.next ?? null) : [],
    app,
  });
}
