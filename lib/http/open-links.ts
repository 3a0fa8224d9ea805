import { refuses } from '../executor/applies.js';
import type { StageReply } from '../executor/reply.js';
import { designations, type Flow } from '../flow/flow.js';
import type { StageLink } from '../flow/stage.js';
import type { PageModel } from '../pages/page-model.js';
import { flowPath } from './links.js';
import { askOf, type Visit } from './visit.js';

/** A reply whose links lead on: those to a flow that would only refuse this visitor are left out. */
export async function withOpenLinks(visit: Visit, reply: StageReply): Promise<StageReply> {
  // During an outage no policy can decide.
  if (reply.status === 503) return reply;
  const open = await Promise.all(reply.links.map((link) => isOpen(visit, link)));
  return { ...reply, links: reply.links.filter((_, index) => open[index] === true) };
}

async function isOpen(visit: Visit, { to }: StageLink): Promise<boolean> {
  const flow = 'flow' in to ? visit.web.flows.get(to.flow) : undefined;
  return flow === undefined || admits(visit, flow);
}

/**
 * A page whose own links lead on: to sign in, to the waitlist, to start again. The requirements of these flows are met, or
 * their links would not be there; their policies are asked.
 */
export async function withOpenWays(visit: Visit, model: PageModel): Promise<PageModel> {
  const open = await Promise.all(model.links.map(({ href }) => leadsOn(visit, href)));
  return open.every(Boolean) ? model : { ...model, links: model.links.filter((_, index) => open[index]) };
}

async function leadsOn(visit: Visit, href: string): Promise<boolean> {
  const flows = flowsAt(visit, href.replace(/[?#].*$/, ''));
  if (flows.length === 0 || flows.some(({ guard }) => guard.bindings.length === 0)) return true;
  return (await Promise.all(flows.map((flow) => admits(visit, flow)))).some(Boolean);
}

/** The flow of this address, or those of its designation, of which one is begun. */
function flowsAt({ web }: Visit, path: string): readonly Flow[] {
  const designation = designations.find((name) => path === `${web.site.mount}/flows/-/default/${name}/`);
  if (designation !== undefined) return web.defaultFlows.all(designation);
  return [...web.flows.values()].filter(({ slug }) => path === flowPath(web, slug));
}

async function admits(visit: Visit, flow: Flow): Promise<boolean> {
  const { redirectedFrom: _, ...entryLink } = visit.entryLink;
  const ask = askOf(
    { ...visit, flow, entryLink },
    { act: false, fresh: true, submission: null, injectedContext: null },
  );
  // A link whose check fails stays: its own page says what is wrong.
  return !(await refuses(visit.web.context, ask).catch(() => false));
}
