import { message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { EnrolledReply, StageReply } from '../executor/reply.js';
import type { PageLink, PageModel } from '../pages/page-model.js';
import { signatureField, signStep } from './csrf.js';
import { connectPath, flowPath, linkTo, otherSourceLinks, signInLinks, sourceLoginLinks } from './links.js';
import { buttonForm, flowPageModel, pageModel } from './page-model.js';
import type { Visit } from './visit.js';

export function stagePage(
  visit: Visit,
  reply: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognized'>,
): PageModel {
  const { web, flow, planToken, locale } = visit;
  const signature = signStep(web.keyring, {
    enrollmentId: planToken.enrollmentId,
    flow: flow.slug,
    step: reply.step,
    revision: reply.revision,
  });
  return pageModel({
    view: reply.view,
    layout: flow.layout,
    locale,
    flow: { slug: flow.slug, title: flow.title },
    stage: reply.stage,
    title: reply.title ?? flow.title,
    challenge: reply.challenge,
    form: {
      action: flowPath(web, flow.slug),
      hidden: [{ name: signatureField, value: signature }],
      typed: reply.typed,
      errors: reply.errors,
      submit: reply.submit ?? message('form.submit'),
    },
    messages: reply.messages,
    reference: reply.reference,
    links: stageLinks(visit, reply),
    ...more,
  });
}

/** Other links of a page: those of the stage, sign-in for existing users, and canceling a flow that has begun. */
function stageLinks(visit: Visit, reply: StageReply): readonly PageLink[] {
  const { web, flow, entryLink, user } = visit;
  // A visitor that a source identified returns to connect the account; the target after that is in the plan.
  const afterSignIn: RedirectTarget | undefined =
    reply.identity === null ? entryLink.next : { path: connectPath(web, flow, reply.identity.source) };
  return [
    ...reply.links.map(({ to, label }) => ({ href: linkTo(web, to, entryLink.next), label })),
    ...(flow.designation === 'enrollment' && user === null ? waysToSignIn(visit, reply, afterSignIn) : []),
    ...(reply.revision === 0 || !reply.cancellable
      ? []
      : [{ href: `${flowPath(web, flow.slug)}cancel/`, label: message('link.cancel') }]),
  ];
}

/** A link to the sign-in page; in an app without one, links to the other sources, which return to this plan. */
function waysToSignIn(
  { web, flow }: Visit,
  { identity }: StageReply,
  next: RedirectTarget | undefined,
): readonly PageLink[] {
  const links = signInLinks(web, next);
  return links.length > 0 || identity === null ? links : otherSourceLinks(web, flow, identity.source);
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
    links:
      problem === null
        ? [...signInLinks(web, entryLink.next), ...sourceLoginLinks(web, entryLink.next ?? null), home]
        : [home],
    app,
  });
}

const cancelTexts = {
  signUp: { title: 'cancel.title', text: 'cancel.text', submit: 'cancel.submit', back: 'link.keep_signing_up' },
  other: { title: 'cancel.other.title', text: 'cancel.other.text', submit: 'cancel.other.submit', back: 'link.go_on' },
} as const;

export function cancelPage(visit: Visit, app: PageModel['app']): PageModel {
  const { web, flow } = visit;
  const words = flow.designation === 'enrollment' ? cancelTexts.signUp : cancelTexts.other;
  return flowPageModel(visit, {
    view: 'pages/cancel',
    title: message(words.title),
    form: buttonForm(visit, { path: 'cancel/', step: cancelStep, submit: message(words.submit) }),
    messages: [message(words.text)],
    links: [{ href: flowPath(web, flow.slug), label: message(words.back) }],
    app,
  });
}

/** Stands for "stop" in a step's signature; no stage binding can have this key. */
export const cancelStep = '~cancel';
