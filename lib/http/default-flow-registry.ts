import type { Request } from 'express';
import { flowTarget, type RedirectTarget, type Site } from '../base/target.js';
import { defaultFlowIssue, flowsOf, type DefaultFlows } from '../flow/default-flows.js';
import { designations, type Designation, type Flow } from '../flow/flow.js';
import type { DefaultFlowsOption } from '../options/flows.js';

/** The default flows of an app, by designation. */
export interface DefaultFlowRegistry {
  /**
   * Where links to the flow of a designation lead; `null`: no flow has it. Where it depends on the visitor, they lead
   * to `/flows/-/default/<designation>/`.
   */
  target(designation: Designation): RedirectTarget | null;
  /** The flow that the option `defaultFlows` sets for a request; `null`: it sets none. */
  chosen(designation: Designation, req: Request): Flow | null;
  /** The flows of a designation, by slug. */
  all(designation: Designation): readonly Flow[];
}

/** Finds the default flows once; only what depends on the visitor is found for each request. */
export function createDefaultFlows({
  site,
  flows,
  defaultFlows,
  warnOnce,
}: {
  readonly site: Site;
  readonly flows: readonly Flow[];
  readonly defaultFlows: DefaultFlowsOption;
  warnOnce(code: string, text: string): void;
}): DefaultFlowRegistry {
  const decides = typeof defaultFlows === 'function' ? defaultFlows : null;
  const { hosts = {}, ...everywhere } = typeof defaultFlows === 'function' ? {} : defaultFlows;
  const byHost = new Map(Object.entries(hosts).map(([host, chosen]) => [host.toLowerCase(), chosen]));
  const bySlug = new Map(flows.map((flow) => [flow.slug, flow]));
  // Without its ticket such a flow only refuses.
  const reachable = flows.filter(({ tickets }) => tickets.length === 0);
  const all = new Map(designations.map((name) => [name, flowsOf(reachable, name)]));
  const targets = new Map(designations.map((name) => [name, targetOf(name)]));

  function targetOf(designation: Designation): RedirectTarget | null {
    const possible = all.get(designation) ?? [];
    const isDecidedLater =
      decides !== null || [...byHost.values()].some((chosen) => chosen?.[designation] !== undefined);
    const [first] = possible;
    if (first === undefined) return null;
    if (isDecidedLater && possible.length > 1) return { path: `${site.mount}/flows/-/default/${designation}/` };
    const slug = everywhere[designation] ?? (possible.length === 1 ? first.slug : undefined);
    return slug === undefined ? { path: `${site.mount}/flows/-/default/${designation}/` } : flowTarget(slug);
  }

  function chosenFor(req: Request): DefaultFlows {
    if (decides === null) return byHost.get(req.hostname.toLowerCase()) ?? {};
    const answer: unknown = decides(req);
    return typeof answer === 'object' && answer !== null ? answer : {};
  }

  return Object.freeze<DefaultFlowRegistry>({
    target: (designation) => targets.get(designation) ?? null,
    all: (designation) => all.get(designation) ?? [],
    chosen(designation, req) {
      const slug: unknown = chosenFor(req)[designation] ?? everywhere[designation];
      if (slug === undefined) return null;
      const issue = typeof slug === 'string' ? defaultFlowIssue(flows, designation, slug) : 'it must be a slug';
      if (issue === null && typeof slug === 'string') return bySlug.get(slug) ?? null;
      warnOnce('WARN_DEFAULT_FLOW', `the option defaultFlows answered for '${designation}': ${String(issue)}`);
      return null;
    },
  });
}
