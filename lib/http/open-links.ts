import { refuses } from '../executor/applies.js';
import type { StageReply } from '../executor/reply.js';
import type { StageLink } from '../flow/stage.js';
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
  if (flow === undefined) return true;
  const { redirectedFrom: _, ...entryLink } = visit.entryLink;
  const ask = askOf(
    { ...visit, flow, entryLink },
    { act: false, fresh: true, submission: null, injectedContext: null },
  );
  // A link whose check fails stays: its own page says what is wrong.
  return !(await refuses(visit.web.context, ask).catch(() => false));
}
