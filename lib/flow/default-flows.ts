import { didYouMean } from '../base/did-you-mean.js';
import { allFlows, bindingPart, issueAt, type FlowIssue, type FlowPart } from './flow-issue.js';
import { isIncomplete } from './flow-origin.js';
import type { Stage } from './stage.js';
import { isOpenedByLink, isSourceOnly, type Designation, type Flow } from './flow.js';

/** True for the name or address of a host, without a port. */
export function isHostName(host: string): boolean {
  return /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/i.test(host);
}

/** Slugs of flows by designation. */
export type DefaultFlows = { readonly [Name in Designation]?: string };

/** The flows of a designation that visitors can open by their address, by slug, as in authentik. */
export function flowsOf(flows: readonly Flow[], designation: Designation): readonly Flow[] {
  return flows
    .filter((flow) => flow.designation === designation && isOpenedDirectly(flow))
    .sort((one, other) => (one.slug < other.slug ? -1 : 1));
}

function isOpenedDirectly(flow: Flow): boolean {
  return !isSourceOnly(flow) && !isOpenedByLink(flow) && flow.authentication !== 'require_redirect';
}

/** What keeps `slug` from being the default flow of `designation`; `null`: nothing does. */
export function defaultFlowIssue(flows: readonly Flow[], designation: string, slug: string): string | null {
  const flow = flows.find((one) => one.slug === slug);
  if (flow === undefined) {
    const slugs = flows.filter((one) => one.designation === designation).map((one) => one.slug);
    return `there is no flow '${slug}'${didYouMean(slug, slugs)}`;
  }
  if (isIncomplete(flow)) return null;
  if (flow.designation !== designation) return `the flow '${slug}' has the designation '${flow.designation}'`;
  return isOpenedDirectly(flow) ? null : `the flow '${slug}' cannot be opened by its address`;
}

/**
 * The flow in which signed-in users set up what a stage asks for: the stage's `configureFlow`; else, of the designation
 * `stage_configuration`, the first flow that has a stage of this name other than to prove who the user is, and for a stage
 * that asks for the password the first one that asks for a new one.
 */
export function flowConfiguring(flows: readonly Flow[], stageName: string): Flow | null {
  const named = configureFlowsOf(flows).get(stageName);
  const [slug] = named ?? [];
  if (slug !== undefined) return flows.find((flow) => flow.slug === slug) ?? null;
  const configuring = flowsOf(flows, 'stage_configuration');
  const own = configuring.find((flow) => stagesOf(flow).some((stage) => stage.name === stageName && !proves(stage)));
  if (own !== undefined) return own;
  const asksPassword = flows.some((flow) =>
    stagesOf(flow).some(({ name, kind }) => name === stageName && kind === 'password'),
  );
  const changing = asksPassword ? configuring.find((flow) => stagesOf(flow).some(asksNewPassword)) : undefined;
  return changing ?? null;
}

function stagesOf({ bindings }: Flow): readonly Stage[] {
  return bindings.map(({ stage }) => stage);
}

/** Proves what is set up already: it stands in front of every sensitive flow. */
function proves(stage: Stage): boolean {
  return stage.kind === 'password' || stage.kind === 'identification' || stage.kind === 'authenticator_validate';
}

function asksNewPassword(stage: Stage): boolean {
  return stage.asking && stage.newPasswordFields.length > 0;
}

/** Mistakes in the stages' `configureFlow`. */
export function configureFlowIssues(flows: readonly Flow[]): readonly FlowIssue[] {
  return [...configureFlowsOf(flows)].flatMap(([name, slugs]) => {
    const part = stagePart(flows, name);
    return [
      ...(slugs.size < 2
        ? []
        : [
            issueAt(part, `the stage '${name}' has several values of configureFlow: ${[...slugs].join(', ')}`, {
              inFiles: `the stage "${name}" has several values of configure_flow: ${[...slugs].join(', ')}`,
            }),
          ]),
      ...[...slugs].flatMap((slug) => {
        const issue = defaultFlowIssue(flows, 'stage_configuration', slug);
        return issue === null
          ? []
          : [
              issueAt(part, `configureFlow of the stage '${name}': ${issue}`, {
                inFiles: `configure_flow of the stage "${name}": ${issue}`,
                ...(flows.some((flow) => flow.slug === slug) ? {} : { settledBy: 'other flows' }),
              }),
            ];
      }),
    ];
  });
}

/** Where the first of the stages with this name and a `configureFlow` is; the path is that of all flows. */
function stagePart(flows: readonly Flow[], name: string): FlowPart {
  for (const flow of flows)
    for (const { key, stage } of flow.bindings)
      if (stage.name === name && stage.configureFlow !== null) return { ...bindingPart(flow, key), path: 'flows' };
  return allFlows([]);
}

function configureFlowsOf(flows: readonly Flow[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { bindings, insertable } of flows)
    for (const { stage } of [...bindings, ...insertable.values()]) {
      if (stage.configureFlow === null) continue;
      found.set(stage.name, (found.get(stage.name) ?? new Set()).add(stage.configureFlow));
    }
  return found;
}
