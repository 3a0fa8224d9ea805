import { isJsonObject, type JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { cancelField, keptErrorsField, savedPasswordField } from '../base/reserved-names.js';
import type { RedirectTarget } from '../base/target.js';
import type { EnrolledReply, StageReply } from '../executor/reply.js';
import { acceptsInvitations, type Flow } from '../flow/flow.js';
import { isGate, type StageLink } from '../flow/stage.js';
import type { PageModel, PageLink, SourceButton } from '../pages/page-model.js';
import { mayCreateAccount } from './creates-account.js';
import {
  acceptingFlow,
  flowPath,
  connectPath,
  linkTo,
  otherSourceButtons,
  recoveryLabel,
  asPrimary,
  recoveryLinks,
  returnTarget,
  signInLinks,
  signInTargets,
  sourceLoginButtons,
  waitlistLinks,
} from './links.js';
import { formTime } from './form-time.js';
import { signErrors } from './kept-errors.js';
import { isSettings, listsSettings, settingsBackLink } from './settings-links.js';
import { signatureField, signStep } from './posted-form.js';
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

/** "Cancel" takes what was typed along, so that one can go on with it. */
function submitsForm({ challenge: { fields } }: StageReply): Pick<PageLink, 'submits'> {
  const canKeep = Array.isArray(fields) && fields.some((field) => isJsonObject(field) && isKeepable(field));
  return canKeep ? { submits: { name: cancelField, value: 'asked' } } : {};
}

/** An input that visitors fill in, and no password. */
function isKeepable({ display, type, input, read_only }: JsonObject): boolean {
  const isTyped = (display === undefined || display === 'input') && type !== 'hidden' && input !== 'hidden';
  return isTyped && type !== 'password' && input !== 'password' && read_only !== true;
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

/** Other links of a page: those of the stage, sign-in for existing users, and canceling a flow that has begun. */
function stageLinks(visit: Visit, reply: StageReply): readonly PageLink[] {
  const { web, flow, entryLink, user } = visit;
  // A visitor that a source identified returns to connect the account; the target after that is in the plan.
  const afterSignIn: RedirectTarget | undefined =
    reply.identity === null ? targetAfterSignIn(visit) : { path: connectPath(web, flow, reply.identity.source) };
  const canCancel = isCancellable(reply);
  const back = user !== null && isSettings(flow) && !listsSettings(flow) ? settingsBackLink(web, flow) : null;
  if (reply.keep !== null) return [{ href: back?.href ?? web.home, label: reply.keep, primary: true }];
  return [
    ...reply.links.map((link) => pageLinkOf(visit, link)),
    ...(flow.designation === 'authentication' && user === null ? recoveryLinksFor(visit, reply) : []),
    ...(flow.designation === 'recovery' && user === null ? signInLinks(web, entryLink.next) : []),
    ...(flow.designation === 'enrollment' && user === null ? haveAccount(signInLinks(web, afterSignIn)) : []),
    ...(user === null && asksForCode(flow, reply.step) ? waitlistLinks(web) : []),
    ...(reply.provedElsewhere ? signInLinks(web, afterSignIn) : []),
    ...(flow.designation === 'invalidation' ? linksAtSignOut(visit) : []),
    ...(acceptsInvitations(flow) && user !== null && web.authSession.canSignOut
      ? [{ href: `${flowPath(web, flow.slug)}sign-out/`, label: message('source.other_account') }]
      : []),
    // A flow that has begun ends by "Cancel": the way back alone would not end it.
    ...(back !== null && !canCancel ? [back] : []),
    ...(canCancel
      ? [
          {
            href: `${flowPath(web, flow.slug)}cancel/`,
            label: message('link.cancel'),
            quiet: true,
            ...submitsForm(reply),
          },
        ]
      : []),
  ];
}

function isCancellable({ revision, cancellable }: StageReply): boolean {
  return revision > 0 && cancellable;
}

function isDestructive(reply: StageReply): boolean {
  return reply.keep !== null || (reply.destructive && !leadsOnly(reply));
}

/** A button that the challenge names, in place of the stage's, only leads on: there is nothing to answer. */
export function leadsOnly({ challenge }: StageReply): boolean {
  return challenge['submit'] !== undefined;
}

/** On the pages that ask for a name or a password: the link of another page of the flow, or to the flow of recovery. */
function recoveryLinksFor(visit: Visit, { offersSources, links }: StageReply): readonly PageLink[] {
  const { web, flow, entryLink } = visit;
  const asks = offersSources === 'sign-in' || offersSources === 'proof';
  if (!asks || links.some(isRecovery)) return [];
  const own = flow.bindings.flatMap(({ stage }) => (stage.asking ? stage.links : [])).find(isRecovery);
  return own === undefined ? recoveryLinks(web, entryLink.next) : [pageLinkOf(visit, own)];
}

function isRecovery({ label }: StageLink): boolean {
  return label.id === recoveryLabel.id;
}

/** A person with an account and the link of an invitation accepts it after signing in. */
function targetAfterSignIn({ web, entryLink }: Visit): RedirectTarget | undefined {
  const accepting = entryLink.code === undefined ? null : acceptingFlow(web);
  return accepting === null ? entryLink.next : returnTarget(web, accepting.slug, entryLink.next);
}

/** Beside the button that signs out; a visitor who is signed out already may sign in. */
function linksAtSignOut({ web, user, entryLink }: Visit): readonly PageLink[] {
  if (user === null) return signInLinks(web, entryLink.next);
  return [{ href: web.home, label: message('link.stay_signed_in') }];
}

/** A link of a stage on its page. */
export function pageLinkOf({ web, entryLink }: Visit, { to, label, question }: StageLink): PageLink {
  const flow = 'flow' in to ? web.flows.get(to.flow) : undefined;
  const link = { href: linkTo(web, to, entryLink.next), label, ...(question === undefined ? {} : { question }) };
  return flow?.designation === 'unenrollment' ? { ...link, destructive: true } : link;
}

function haveAccount(links: readonly PageLink[]): readonly PageLink[] {
  const question = message('link.have_account');
  return links.map(({ href, label }) => ({ href, label, question }));
}

function asksForCode(flow: Flow, step: string): boolean {
  return flow.bindings.some(({ key, stage }) => key === step && isGate(stage));
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
  return flowPageModel(visit, {
    view: 'pages/enrolled',
    title: message(problem === null ? 'enrolled.title' : `enrolled.${problem}.title`),
    messages: [...reply.messages, message(problem === null ? 'enrolled.text' : `enrolled.${problem}.text`)],
    reference,
    links: problem === null ? [...asPrimary(signInLinks(web, entryLink.next)), home] : [home],
    sources: problem === null ? sourceLoginButtons(web, entryLink.next ?? null) : [],
    app,
  });
}
