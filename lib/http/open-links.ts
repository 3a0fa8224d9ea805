import type { Awaitable } from '../base/awaitable.js';
import { loadActivePlan } from '../executor/active-plan.js';
import { oncePer } from '../base/once-per.js';
import { refuses } from '../executor/applies.js';
import type { StageReply } from '../executor/reply.js';
import { designations, type Flow } from '../flow/flow.js';
import type { StageLink } from '../flow/stage.js';
import type { PageModel } from '../pages/page-model.js';
import { flowPath } from './links.js';
import { askOf, openVisit, type Visit } from './visit.js';
import type { Web } from './web.js';

/** The request that gets a page. */
type Viewing = Pick<Visit, 'web' | 'req' | 'res'>;

/** A reply whose links lead on: those to a flow that would only refuse this visitor are left out. */
export async function withOpenLinks(viewing: Viewing, reply: StageReply): Promise<StageReply> {
  // During an outage no policy can decide.
  if (reply.status === 503) return reply;
  const open = await Promise.all(reply.links.map((link) => isOpen(viewing, link)));
  return { ...reply, links: reply.links.filter((_, index) => open[index] === true) };
}

async function isOpen(viewing: Viewing, { to }: StageLink): Promise<boolean> {
  const flow = 'flow' in to ? viewing.web.flows.get(to.flow) : undefined;
  return flow === undefined || admits(viewing, flow);
}

/**
 * A page whose own links lead on: to sign in, to the waitlist, to start again. The requirements of these flows are met, or
 * their links would not be there; their policies are asked, but not those of a flow that has `begun`.
 */
export function withOpenWays(viewing: Viewing, model: PageModel, begun: Flow | null): Awaitable<PageModel> {
  // Most apps have no such flow.
  return hasGuarded(viewing.web.flows) ? withoutGuarded(viewing, model, begun) : model;
}

async function withoutGuarded(viewing: Viewing, model: PageModel, begun: Flow | null): Promise<PageModel> {
  const guarded = model.links.map(({ href }) => guardedFlowsAt(viewing.web, href.replace(/[?#].*$/, ''), begun));
  if (guarded.every((flows) => flows.length === 0)) return model;
  const open = await Promise.all(guarded.map((flows) => leadsOn(viewing, flows)));
  return { ...model, links: model.links.filter((_, index) => open[index]) };
}

const hasGuarded = oncePer((flows: Web['flows']) => [...flows.values()].some(({ guard }) => guard.bindings.length > 0));

async function leadsOn(viewing: Viewing, flows: readonly Flow[]): Promise<boolean> {
  return flows.length === 0 || (await Promise.all(flows.map((flow) => admits(viewing, flow)))).some(Boolean);
}

/** The flows of this address, if all of them have policies: of those of a designation, one is begun. */
function guardedFlowsAt(web: Web, path: string, begun: Flow | null): readonly Flow[] {
  if (!path.startsWith(`${web.site.mount}/`)) return [];
  const designation = designations.find((name) => path === `${web.site.mount}/flows/-/default/${name}/`);
  const flows =
    designation === undefined
      ? [...web.flows.values()].filter(({ slug }) => path === flowPath(web, slug))
      : web.defaultFlows.all(designation);
  return flows.every((flow) => flow !== begun && flow.guard.bindings.length > 0) ? flows : [];
}

async function admits({ web, req, res }: Viewing, flow: Flow): Promise<boolean> {
  try {
    const visit = await openVisit(web, flow, req, res);
    // The policies of a flow decide who begins it: one that has begun goes on.
    if (!visit.planToken.fresh && (await isRunning(visit))) return true;
    const { redirectedFrom: _, ...entryLink } = visit.entryLink;
    const ask = askOf({ ...visit, entryLink }, { act: false, fresh: true, submission: null, injectedContext: null });
    return !(await refuses(web.context, ask));
  } catch {
    // During an outage nothing can decide: the page of the link says so.
    return true;
  }
}

async function isRunning({ web, flow, planToken }: Visit): Promise<boolean> {
  const plan = await loadActivePlan(web.context, flow, planToken.planId);
  return plan !== null && plan !== 'over';
}
