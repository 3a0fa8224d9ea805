import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { ownPath, type RedirectTarget } from '../base/target.js';
import { cancelPlan } from '../executor/cancel.js';
import { enrolled, refusal } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import type { PageModel } from '../pages/page-model.js';
import { readPlanToken, type HeldPlanToken } from './cookies/plan-token.js';
import { slugsWithPlans, webOfPlan } from './flow-versions.js';
import { sendTo } from './headers.js';
import { linkTo } from './links.js';
import { cancelStep } from './cancel-page.js';
import { pageModel } from './page-model.js';
import { formOrigin, readSignature, signatureField, signStep } from './posted-form.js';
import { readBody } from './read-body.js';
import { parameterOf } from './query.js';
import { sendModel, sendRefusal, sendReply } from './send-reply.js';
import { openVisit } from './visit.js';
import type { Web } from './web.js';

/** A plan that this browser has a token of. */
interface HeldPlan {
  readonly slug: string;
  readonly planToken: HeldPlanToken;
}

/** GET `/flows/-/cancel/`: a button; without a plan there is nothing to ask. */
export async function showCancelAll(web: Web, req: Request, res: Response): Promise<void> {
  const [held] = heldPlans(web, req);
  if (held === undefined && web.site.secure) sendTo(res, targetOf(web, req), null);
  else await sendModel(web, req, res, 200, cancelAllPage(web, req, held), null);
}

/**
 * POST: drops every plan of this browser, releases their reservations, and redirects to `next`, a path of the app, or
 * to the home page. The user stays signed in. On plain http the cookies of plans have the paths of their flows and are
 * not sent here: they are cleared, and the plans expire by themselves.
 */
export async function submitCancelAll(web: Web, req: Request, res: Response): Promise<void> {
  const held = heldPlans(web, req);
  if (!(await isOwnForm(web, held, req))) {
    return sendRefusal(web, req, res, refusal(403, [message('problem.403.forged')], { reason: 'forged_form' }));
  }
  let written: Flow | null = null;
  for (const { slug, planToken } of held) {
    const { planId, enrollmentId } = planToken;
    const flow = (await webOfPlan(web, planId)).flows.get(slug) ?? web.flows.get(slug);
    if (flow === undefined) continue;
    const ended = await cancelPlan(web.context, flow, { planId, enrollmentId, address: web.client(req) });
    if (ended.account && flow.designation === 'enrollment') written = flow;
  }
  forgetPlans(web, req, res);
  // Canceling does not remove an account, so the page names it.
  if (written !== null && (await web.authSession.current(req)) === null)
    await sendReply(await openVisit(web, written, req, res), enrolled());
  else sendTo(res, targetOf(web, req), null);
}

/** A form that was signed for one of the browser's plans; without any, one that the browser says comes from this site. */
async function isOwnForm(web: Web, held: readonly HeldPlan[], req: Request): Promise<boolean> {
  const origin = formOrigin(web, req);
  const field = await readBody(req);
  if (held.length === 0) return origin === 'own';
  const isSigned = ({ slug, planToken }: HeldPlan): boolean => {
    const signed = readSignature(web.keyring, planToken.enrollmentId, slug, field(signatureField));
    return signed?.step === cancelStep;
  };
  return origin !== 'foreign' && held.some(isSigned);
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

function cancelAllPage(web: Web, req: Request, held: HeldPlan | undefined): PageModel {
  const next = nextOf(web, req);
  const path = `${web.site.mount}/flows/-/cancel/`;
  return pageModel({
    view: 'pages/cancel',
    layout: held === undefined ? null : (web.flows.get(held.slug)?.layout ?? null),
    locale: web.locale(req),
    languagePath: path,
    title: message('cancel.other.title'),
    messages: [message('cancel.other.text')],
    form: {
      action: next === null ? path : `${path}?next=${encodeURIComponent(linkTo(web, next, undefined))}`,
      hidden: held === undefined ? [] : [{ name: signatureField, value: signatureOf(web, held) }],
      typed: {},
      errors: {},
      submit: message('cancel.other.submit'),
      discards: true,
    },
    links: [{ href: web.home, label: message('link.home'), primary: true }],
    app: web.locals(req),
  });
}

function signatureOf(web: Web, { slug, planToken: { enrollmentId } }: HeldPlan): string {
  return signStep(web.keyring, { enrollmentId, flow: slug, step: cancelStep, revision: 0, mark: null });
}

function nextOf(web: Web, req: Request): RedirectTarget | null {
  return ownPath(web.site, parameterOf(req, 'next'));
}

function targetOf(web: Web, req: Request): string {
  const next = nextOf(web, req);
  return next === null ? web.home : linkTo(web, next, undefined);
}
