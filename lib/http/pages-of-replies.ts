import { message } from '../base/message.js';
import type { RefusalReply, StageReply } from '../executor/reply.js';
import type { PageLink, PageModel } from '../pages/page-model.js';
import { flowPath, linkTo, signInLinks } from './links.js';
import { signatureField, signStep } from './signature.js';
import type { Visit } from './visit.js';
import type { Web } from './web.js';

type Given = Partial<PageModel> & Pick<PageModel, 'view' | 'layout' | 'locale' | 'title' | 'app'>;

/** A page's model with what is not given left empty. Written out: filling up by spreading costs more than drawing the page. */
function pageModel(given: Given): PageModel {
  return {
    view: given.view,
    layout: given.layout,
    locale: given.locale,
    title: given.title,
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
    recognised: given.recognised ?? null,
  };
}

export function stagePage(
  visit: Visit,
  reply: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognised'>,
): PageModel {
  const { web, flow, handle } = visit;
  const signature = signStep(web.keyring, {
    planId: handle.planId,
    flow: flow.slug,
    step: reply.step,
    revision: reply.revision,
  });
  return pageModel({
    view: reply.view,
    layout: flow.layout,
    locale: web.locale,
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

/** Where else to go: what the stage names, signing in for those who have an account, and out of a flow that has begun. */
function stageLinks({ web, flow, arrival, user }: Visit, reply: StageReply): readonly PageLink[] {
  return [
    ...reply.links.map(({ to, label }) => ({ href: linkTo(web, to, arrival.next), label })),
    ...(flow.designation === 'enrollment' && user === null ? signInLinks(web, arrival.next) : []),
    ...(reply.revision === 0 ? [] : [{ href: `${flowPath(web, flow.slug)}cancel/`, label: message('link.cancel') }]),
  ];
}

// Refusals that are about the request, not about the flow.
const faulty = new Set(['problem.403.forged.title', 'problem.403.cookies.title']);

const titles = new Map([
  ['flow.signed_in', 'signed_in.title'],
  ['problem.403.forged', 'problem.403.forged.title'],
  ['problem.403.cookies', 'problem.403.cookies.title'],
]);

/** Whoever comes back from a provider and is not signed in reads that first. */
function titleOf(id: string, status: number): string | undefined {
  return titles.get(id) ?? (status === 403 && id.startsWith('source.') ? 'source.not_signed_in' : undefined);
}

export function refusalPage(web: Web, reply: RefusalReply, app: PageModel['app']): PageModel {
  const ofFlow = reply.flow !== null && reply.status === 403;
  const special = reply.messages.map(({ id }) => titleOf(id, reply.status)).find((title) => title !== undefined);
  const title = special ?? (ofFlow ? 'denied.title' : `problem.${String(reply.status)}.title`);
  const home: PageLink = { href: web.home, label: message('link.home') };
  const onward = reply.links.map(({ to, label }) => ({ href: linkTo(web, to, undefined), label }));
  const again: readonly PageLink[] =
    reply.flow === null
      ? []
      : [
          {
            href: flowPath(web, reply.flow.slug),
            label: message(reply.status === 503 ? 'link.try_again' : 'link.start_again'),
          },
        ];
  return pageModel({
    view: ofFlow && !faulty.has(special ?? '') ? 'pages/denied' : 'pages/problem',
    layout: reply.flow?.layout ?? 'stacked',
    locale: web.locale,
    flow: reply.flow === null ? null : { slug: reply.flow.slug, title: reply.flow.title },
    title: message(title),
    messages: reply.messages,
    reference: reply.reference,
    links:
      special === 'signed_in.title'
        ? [home]
        : [...onward, ...again, ...entrance(web, reply, ofFlow && special === undefined), home],
    app,
  });
}

/** Signing in, where that is what to do next: the page needs it, or an account may be there already. */
function entrance(web: Web, { flow, messages }: RefusalReply, denied: boolean): readonly PageLink[] {
  if (flow === null) return [];
  if (messages.some(({ id }) => id === 'flow.signed_out')) return signInLinks(web, { flow: flow.slug });
  return denied && flow.designation === 'enrollment' ? signInLinks(web, undefined) : [];
}

/** The account is there, the sign-in failed: never a reason to make it twice. */
export function enrolledPage(visit: Visit, app: PageModel['app']): PageModel {
  const { web, flow } = visit;
  return pageModel({
    view: 'pages/enrolled',
    layout: flow.layout,
    locale: web.locale,
    flow: { slug: flow.slug, title: flow.title },
    title: message('enrolled.title'),
    messages: [message('enrolled.text')],
    links: [...signInLinks(web, undefined), { href: web.home, label: message('link.home') }],
    app,
  });
}

export function cancelPage(visit: Visit, app: PageModel['app']): PageModel {
  const { web, flow, handle } = visit;
  const words = flow.designation === 'enrollment' ? 'cancel' : 'cancel.other';
  const signature = signStep(web.keyring, { planId: handle.planId, flow: flow.slug, step: cancelStep, revision: 0 });
  return pageModel({
    view: 'pages/cancel',
    layout: flow.layout,
    locale: web.locale,
    flow: { slug: flow.slug, title: flow.title },
    title: message(`${words}.title`),
    form: {
      action: `${flowPath(web, flow.slug)}cancel/`,
      hidden: [{ name: signatureField, value: signature }],
      typed: {},
      errors: {},
      submit: message(`${words}.submit`),
    },
    messages: [message(`${words}.text`)],
    links: [{ href: flowPath(web, flow.slug), label: message('link.go_on') }],
    app,
  });
}

/** Stands for "stop" in a step's signature; no stage binding can have this key. */
export const cancelStep = '~cancel';
