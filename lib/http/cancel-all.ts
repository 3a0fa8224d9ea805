import type { Request, Response } from 'express';
import { message, type Message } from '../base/message.js';
import { cancelPlan } from '../executor/cancel.js';
import { enrolled, refusal } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import type { PageModel } from '../pages/page-model.js';
import { readPlanToken, type HeldPlanToken } from './cookies/plan-token.js';
import { slugsWithPlans, webOfPlan } from './flow-versions.js';
import { sendTo } from './headers.js';
import { linkTo, withNext } from './links.js';
import { nextInQuery } from './next-in-query.js';
import { cancelStep } from './cancel-page.js';
import { pageModel } from './page-model.js';
import { readNotice, writeNotice } from './notices.js';
import { changedSince } from './others-form.js';
import {
  formOrigin,
  isOfUser,
  readSignature,
  signatureField,
  signStep,
  userMark,
  type ReadSignature,
} from './posted-form.js';
import { readBody } from './read-body.js';
import { sendModel, sendRefusal, sendReply } from './send-reply.js';
import { openVisit } from './visit.js';
import type { Web } from './web.js';

/** A plan that this browser has a token of. */
interface HeldPlan {
  readonly slug: string;
  readonly planToken: HeldPlanToken;
}

/** What the form is signed for. */
interface SignedPlan {
  /** Empty: of no flow. */
  readonly slug: string;
  readonly planToken: Pick<HeldPlanToken, 'enrollmentId'>;
}

/** Stands for the plans of a browser that sends none. */
const noPlan: SignedPlan = Object.freeze({ slug: '', planToken: { enrollmentId: '' } });

/** GET `/flows/-/cancel/`: a button; without a plan there is nothing to ask. */
export async function showCancelAll(web: Web, req: Request, res: Response): Promise<void> {
  const [held = noPlan] = heldPlans(web, req);
  if (held === noPlan && web.site.secure) return sendTo(res, targetOf(web, req), null);
  const user = await web.authSession.current(req);
  const jar = web.cookies(null, req);
  await sendModel(web, req, res, 200, cancelAllPage(web, req, { held, user, notice: readNotice(web, jar) }), jar);
}

/**
 * POST: drops every plan of this browser, releases their reservations, and redirects to `next`, a path of the app, or
 * to the home page. The user stays signed in. On plain http the cookies of plans have the paths of their flows and are
 * not sent here: they are cleared, and the plans expire by themselves.
 */
export async function submitCancelAll(web: Web, req: Request, res: Response): Promise<void> {
  const held = heldPlans(web, req);
  const signed = await readOwnForm(web, held.length === 0 ? [noPlan] : held, req);
  if (signed === null)
    return sendRefusal(web, req, res, refusal(403, [message('problem.403.forged')], { reason: 'forged_form' }));
  const user = await web.authSession.current(req);
  if (!isOfUser(web.keyring, { enrollmentId: signed.enrollmentId, user }, signed))
    return askAgain(web, req, res, changedSince(signed, user));
  let written: { readonly flow: Flow; readonly user: string } | null = null;
  for (const { slug, planToken } of held) {
    const { planId, enrollmentId } = planToken;
    const flow = (await webOfPlan(web, planId)).flows.get(slug) ?? web.flows.get(slug);
    if (flow === undefined) continue;
    const ended = await cancelPlan(web.context, flow, { planId, enrollmentId, address: web.client(req) });
    if (ended.account !== null && flow.designation === 'enrollment') written = { flow, user: ended.account };
  }
  forgetPlans(web, req, res);
  // Canceling does not remove an account, so the page names it.
  if (written !== null && (await web.authSession.current(req)) === null)
    await sendReply(await openVisit(web, written.flow, req, res), enrolled({ user: written.user }));
  else sendTo(res, targetOf(web, req), null);
}

/**
 * A form that was signed for one of the browser's plans; without any, one that the browser says comes from this site.
 * `null`: neither.
 */
async function readOwnForm(
  web: Web,
  held: readonly SignedPlan[],
  req: Request,
): Promise<(ReadSignature & { readonly enrollmentId: string }) | null> {
  const origin = formOrigin(web, req);
  const field = await readBody(req);
  if (origin === 'foreign' || (held[0] === noPlan && origin !== 'own')) return null;
  for (const { slug, planToken } of held) {
    const { enrollmentId } = planToken;
    const signed = readSignature(web.keyring, enrollmentId, slug, field(signatureField));
    if (signed?.step === cancelStep) return { ...signed, enrollmentId };
  }
  return null;
}

/** The page was drawn for somebody else: the plans of this visitor are not those that it meant. */
function askAgain(web: Web, req: Request, res: Response, notice: Message): void {
  const jar = web.cookies(null, req);
  writeNotice(jar, notice);
  sendTo(res, actionOf(web, req), jar);
}

function forgetPlans(web: Web, req: Request, res: Response): void {
  for (const slug of slugsWithPlans(web)) {
    const jar = web.cookies(slug, req);
    jar.clear('plan');
    res.append('Set-Cookie', [...jar.lines()]);
  }
  const jar = web.cookies(null, req);
  jar.clear('entry');
  res.append('Set-Cookie', [...jar.lines()]);
}

function heldPlans(web: Web, req: Request): readonly HeldPlan[] {
  const now = web.clock.now();
  return slugsWithPlans(web).flatMap((slug) => {
    const planToken = readPlanToken(web.keyring, slug, now, web.cookies(slug, req).read('plan'));
    return planToken === null ? [] : [{ slug, planToken }];
  });
}

function cancelAllPage(
  web: Web,
  req: Request,
  about: { readonly held: SignedPlan; readonly user: string | null; readonly notice: Message | null },
): PageModel {
  return pageModel({
    view: 'pages/cancel',
    layout: web.flows.get(about.held.slug)?.layout ?? null,
    locale: web.locale(req),
    languagePath: actionOf(web, req),
    title: message('cancel.other.title'),
    messages: [message('cancel.other.text')],
    notice: about.notice,
    form: {
      action: actionOf(web, req),
      hidden: [{ name: signatureField, value: signatureOf(web, about) }],
      typed: {},
      errors: {},
      submit: message('cancel.other.submit'),
      discards: true,
    },
    links: [{ href: web.home, label: message('link.home'), primary: true }],
    app: web.locals(req),
  });
}

function signatureOf(
  { keyring }: Web,
  { held, user }: { readonly held: SignedPlan; readonly user: string | null },
): string {
  const { enrollmentId } = held.planToken;
  const mark = userMark(keyring, enrollmentId, user);
  return signStep(keyring, { enrollmentId, flow: held.slug, step: cancelStep, revision: 0, mark });
}

function actionOf(web: Web, req: Request): string {
  return withNext(web, `${web.site.mount}/flows/-/cancel/`, nextInQuery(web, req) ?? undefined);
}

function targetOf(web: Web, req: Request): string {
  const next = nextInQuery(web, req);
  return next === null ? web.home : linkTo(web, next, undefined);
}
