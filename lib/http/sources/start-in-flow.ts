import type { Request, Response } from 'express';
import { loadActivePlan } from '../../executor/active-plan.js';
import type { Flow } from '../../flow/flow.js';
import { mintPlanToken, readPlanToken } from '../cookies/plan-token.js';
import { entryLinkFor, readEntryLink } from '../entry-link.js';
import { givePlanToken } from '../visit.js';
import type { Web } from '../web.js';
import { makesAccounts } from './makes-accounts.js';
import type { SourcesWeb } from './sources-web.js';
import { startSource } from './start-source.js';

/**
 * GET `/if/flow/<flow>/source/<slug>/`: off to the provider from the middle of a flow, whose plan goes on afterwards. It
 * lies below the flow's own path, because the cookie that names the plan is sent nowhere else.
 */
export async function startInFlow(
  web: Web,
  sources: SourcesWeb,
  { flow, slug, otherAccount }: { readonly flow: Flow; readonly slug: string; readonly otherAccount: boolean },
  req: Request,
  res: Response,
): Promise<void> {
  const jar = web.cookies(flow.slug, req);
  const now = web.clock.now();
  const entryLink = entryLinkFor(flow, await readEntryLink(web, req));
  const known = readPlanToken(web.keyring, flow.slug, now, jar.read('plan'));
  const stored = known === null ? null : await loadActivePlan(web.context, flow, known.planId);
  const plan = stored === 'over' ? null : stored;
  // A plan that has its account makes no other one: the source then leads where it leads by itself.
  if ((!makesAccounts(flow) && flow !== sources.connect) || plan?.account !== undefined) {
    // What the link wanted may have gone into the plan by now.
    const resume = { next: entryLink.next ?? plan?.context.redirect ?? null, plan: null };
    return startSource(web, sources, slug, { resume, otherAccount }, req, res);
  }
  const next = entryLink.next ?? null;
  const planToken = known ?? mintPlanToken(web.keyring, flow.slug, now, web.token());
  if (known === null) givePlanToken({ web, flow, jar }, planToken);
  for (const line of jar.lines()) res.append('Set-Cookie', line);
  const { planId: id, enrollmentId, secretId } = planToken;
  const begun = { flow: flow.slug, id, enrollmentId, secretId };
  return startSource(web, sources, slug, { resume: { next, plan: begun }, otherAccount }, req, res);
}
