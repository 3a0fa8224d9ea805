import type { Request, Response } from 'express';
import { message } from '../../base/message.js';
import { locationOf } from '../../base/target.js';
import { loadActivePlan } from '../../executor/active-plan.js';
import { refusal } from '../../executor/reply.js';
import type { Flow } from '../../flow/flow.js';
import type { EntryLink } from '../cookies/entry-link.js';
import { mintPlanToken, readPlanToken } from '../cookies/plan-token.js';
import { proofParameter } from '../../invitations/codes/mailed-code.js';
import { entryLinkFor, keepEntryLink, prolongEntryLink, readEntryLink, givePlanToken } from '../visit.js';
import { startFreshPlans } from '../fresh-plans.js';
import { sendNothing, sendTo } from '../headers.js';
import { checkLogin } from '../login/auth-session.js';
import { splitQuery, queryOf } from '../query.js';
import { sendRefusal } from '../send-reply.js';
import type { Web, WebSources } from '../web.js';
import { createsAccounts } from './identity-context.js';
import { keepResume, nowhere, resumeJson, sourceCookies, type Resume } from './source-cookies.js';
import { writeFailure, writeTooMany } from './source-failure.js';

interface Start {
  readonly resume: Resume;
  /** The data of the link; default: none. */
  readonly link?: EntryLink;
  /** True: the visitor wants to choose another account at the provider. */
  readonly otherAccount: boolean;
  /** An address or name that the provider may prefill; default: that of the link which this browser opened. */
  readonly loginHint?: string | undefined;
}

/** GET `/source/<slug>/login`: redirects to the provider, from any page. */
export function startAtLink(web: Web, sources: WebSources, slug: string, req: Request, res: Response): Promise<void> {
  const { link } = splitQuery(web.site, queryOf(req), ['invite', proofParameter, 'next', 'login_hint']) ?? {};
  const { code, proof, next = null, loginHint } = link ?? {};
  const start = {
    resume: { ...nowhere, next },
    otherAccount: false,
    loginHint,
    ...(code === undefined ? {} : { link: { code, ...(proof === undefined ? {} : { proof }) } }),
  };
  return startSource(web, sources, slug, start, req, res);
}

/** Redirects to the provider. A link, not a form: `form-action` would block the redirect. */
export async function startSource(
  web: Web,
  sources: WebSources,
  slug: string,
  { resume, otherAccount, link, loginHint }: Start,
  req: Request,
  res: Response,
): Promise<void> {
  // A prefetching browser must not begin a sign-in.
  const purpose = String(req.headers['sec-purpose'] ?? req.headers['purpose'] ?? '');
  if (req.method === 'HEAD' || purpose.includes('prefetch')) {
    sendNothing(res);
    return;
  }
  checkLogin(web, req);
  if (!(await sources.starts.consume(web.client(req)))) {
    return writeTooMany(web, resume, req, res);
  }
  await takeCode(web, link, req, res);
  const hint = otherAccount ? undefined : (loginHint ?? (await readEntryLink(web, req)).loginHint);
  const source = sources.get(slug);
  if (source?.hasButton !== true) {
    return sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
  }
  if (source.kind === 'admitted') {
    keepResume(web, slug, res, resume);
    sendTo(res, locationOf(web.site, { path: source.loginPath ?? '/' }) ?? web.home, null);
    return;
  }
  const begun = await source.begin({
    resume: resumeJson(resume),
    otherAccount,
    ...(hint === undefined ? {} : { loginHint: hint }),
  });
  if (begun.type === 'failed') {
    return writeFailure(web, slug, begun, { req, res, resume });
  }
  for (const line of sourceCookies(web.site, req).begin(begun.cookie)) res.append('Set-Cookie', line);
  sendTo(res, begun.to, null);
}

/** Extends the code of this or an earlier link for the time of the sign-in at the provider. */
async function takeCode(web: Web, link: EntryLink | undefined, req: Request, res: Response): Promise<void> {
  const jar = web.cookies(null, req);
  if (link === undefined) await prolongEntryLink(web, req, jar);
  else await keepEntryLink(web, req, jar, link);
  const fresh = link?.code === undefined ? [] : startFreshPlans(web, req);
  for (const line of [...jar.lines(), ...fresh]) res.append('Set-Cookie', line);
}

/**
 * GET `/if/flow/<flow>/source/<slug>/`: redirects to the provider from within a flow, whose plan continues afterwards.
 * It lies below the flow's own path, because the cookie that names the plan is sent nowhere else.
 */
export async function startInFlow(
  web: Web,
  sources: WebSources,
  {
    flow,
    slug,
    otherAccount,
    step,
  }: {
    readonly flow: Flow;
    readonly slug: string;
    readonly otherAccount: boolean;
    /** The key of the source stage whose page leads here; `null`: another page. */
    readonly step: string | null;
  },
  req: Request,
  res: Response,
): Promise<void> {
  const jar = web.cookies(flow.slug, req);
  const now = web.clock.now();
  const entryLink = entryLinkFor(flow, await readEntryLink(web, req));
  const known = readPlanToken(web.keyring, flow.slug, now, jar.read('plan'));
  const stored = known === null ? null : await loadActivePlan(web.context, flow, known.planId);
  const plan = stored === 'over' ? null : stored;
  // A plan that has its account creates no other one: the source then behaves as outside the flow.
  const continues = createsAccounts(flow) || flow === sources.connect || step !== null;
  if (!continues || plan?.account !== undefined) {
    // The target of the link may already be in the plan.
    const resume = { next: entryLink.next ?? plan?.context.redirect ?? null, plan: null, from: flow.slug };
    return startSource(web, sources, slug, { resume, otherAccount }, req, res);
  }
  const next = entryLink.next ?? null;
  const planToken = known ?? mintPlanToken(web.keyring, flow.slug, now, web.token());
  if (known === null) givePlanToken({ web, flow, jar }, planToken);
  for (const line of jar.lines()) res.append('Set-Cookie', line);
  const { planId: id, enrollmentId, secretId } = planToken;
  const begun = { flow: flow.slug, id, enrollmentId, secretId, step };
  return startSource(web, sources, slug, { resume: { next, plan: begun, from: null }, otherAccount }, req, res);
}
