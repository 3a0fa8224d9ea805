import type { Request, Response } from 'express';
import { loadActivePlan } from '../../executor/active-plan.js';
import { isOfAnotherAccount } from '../../executor/plan-owner.js';
import type { Flow } from '../../flow/flow.js';
import { readPlanToken } from '../cookies/plan-token.js';
import { sendNothing, sendTo } from '../headers.js';
import { flowPath } from '../links.js';
import { checkLogin } from '../login/auth-session.js';
import type { Web, WebSources } from '../web.js';
import { receiveIdentity } from './receive-identity.js';
import { finishSource, keepPostedCallback } from './source-callback.js';
import { questionOf } from './source-question.js';
import { startAtLink, startInFlow } from './start-source.js';

type Answer = (req: Request, res: Response) => Promise<void>;

/** The handler for `path`, below the mount; `null` if no source answers there. */
export function sourceAnswer(web: Web, sources: WebSources | null, path: string, method: string): Answer | null {
  if (sources === null) return null;
  const reads = method === 'GET' || method === 'HEAD';
  return (reads ? startAt(web, sources, path) : null) ?? callbackAt(web, sources, path, reads, method);
}

function startAt(web: Web, sources: WebSources, path: string): Answer | null {
  const [, linked] = /^\/source\/([^/]+)\/login\/?$/.exec(path) ?? [];
  if (linked !== undefined) return (req, res) => startAtLink(web, sources, linked, req, res);
  const [, flowSlug, slug, more] =
    /^\/if\/flow\/([^/]+)\/source\/([^/]+)\/((?:step\/)?(?:other\/)?|connect\/)$/.exec(path) ?? [];
  const flow = flowSlug === undefined ? undefined : web.flows.get(flowSlug);
  if (flow === undefined || slug === undefined) return null;
  if (more === 'connect/') return (req, res) => connectPending(web, sources, { flow, slug }, req, res);
  if (sources.get(slug)?.hasButton !== true) return null;
  const otherAccount = more?.endsWith('other/') === true;
  const step = more?.startsWith('step/') === true ? sourceStepOf(flow, slug) : null;
  if (step === null && more?.startsWith('step/') === true) return null;
  return (req, res) => startInFlow(web, sources, { flow, slug, otherAccount, step }, req, res);
}

/** The key of the flow's stage that asks this source; `null`: it has none. */
function sourceStepOf(flow: Flow, slug: string): string | null {
  const all = [...flow.bindings, ...flow.insertable.values()];
  return all.find((binding) => questionOf(binding)?.source === slug)?.key ?? null;
}

function callbackAt(web: Web, sources: WebSources, path: string, reads: boolean, method: string): Answer | null {
  const source = sources.atCallback(path);
  if (source === null) return null;
  if (reads) return (req, res) => finishSource(web, sources, source, req, res);
  return method === 'POST' && source.posts ? (req, res) => keepPostedCallback(web, sources, source, req, res) : null;
}

/**
 * GET `/if/flow/<flow>/source/<slug>/connect/`: a source returned an identity in this flow, and the visitor has signed
 * in to an account since. A button asks whether to connect the two. The identity in this browser's plan is no evidence
 * of who sends this request, so it never signs a user in: without a signed-in user the flow continues.
 */
async function connectPending(
  web: Web,
  sources: WebSources,
  { flow, slug }: { readonly flow: Flow; readonly slug: string },
  req: Request,
  res: Response,
): Promise<void> {
  if (req.method === 'HEAD') {
    sendNothing(res);
    return;
  }
  checkLogin(web, req);
  const planToken = readPlanToken(web.keyring, flow.slug, web.clock.now(), web.cookies(flow.slug, req).read('plan'));
  const plan = planToken === null ? null : await loadActivePlan(web.context, flow, planToken.planId);
  const user = await web.authSession.current(req);
  const identity = plan === null || plan === 'over' ? undefined : plan.context.identity;
  if (planToken === null || plan === null || plan === 'over' || user === null || identity?.source !== slug) {
    sendTo(res, user === null ? flowPath(web, flow.slug) : web.home, null);
    return;
  }
  if (isOfAnotherAccount({ flow, user }, plan)) {
    sendTo(res, flowPath(web, flow.slug), null);
    return;
  }
  const { planId: id, enrollmentId, secretId } = planToken;
  const resume = {
    next: plan.context.redirect ?? null,
    plan: { flow: flow.slug, id, enrollmentId, secretId, step: null },
    from: null,
  };
  await receiveIdentity({ web, sources, req, res, identity, resume, answer: web.token(), ended: [] });
}
