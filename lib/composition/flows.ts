import { didYouMean } from '../base/did-you-mean.js';
import { drawFlow, type DiagramSettings } from '../flow-diagram/diagram.js';
import type { Designation, Flow } from '../flow/flow.js';
import type { Pages } from '../pages/pages.js';

/** An app's flows, for its developers and administrators. */
export interface EnrollmentFlows {
  /** The flows in their order. */
  list(): readonly FlowEntry[];
  /**
   * Draws a flow as a Mermaid flowchart or an SVG image, with the step of a visitor marked where `step` names it.
   * @throws TypeError for a flow or a step that does not exist
   */
  diagram(slug: string, settings?: DiagramSettings): string;
}

interface FlowEntry {
  readonly slug: string;
  /** For administrators. */
  readonly name: string;
  /** In the default language. */
  readonly title: string;
  readonly designation: Designation;
  readonly authentication: Flow['authentication'];
  /** The keys of its steps, in order. */
  readonly steps: readonly string[];
  /** A hash of keys, kinds and orders: running plans of another build start again. */
  readonly build: string;
}

export function composeFlows({
  flows,
  pages,
}: {
  readonly flows: readonly Flow[];
  readonly pages: Pick<Pages, 'text'>;
}): EnrollmentFlows {
  return Object.freeze<EnrollmentFlows>({
    list: () => flows.map((flow) => entryOf(flow, pages.text(flow.title))),
    diagram: (slug, settings) => drawFlow(flowOf(flows, slug), (text) => pages.text(text), settings),
  });
}

function entryOf({ slug, name, designation, authentication, bindings, build }: Flow, title: string): FlowEntry {
  return { slug, name, title, designation, authentication, steps: bindings.map(({ key }) => key), build };
}

function flowOf(flows: readonly Flow[], slug: string): Flow {
  const found = flows.find((flow) => flow.slug === slug);
  if (found !== undefined) return found;
  const known = flows.map((flow) => flow.slug);
  throw new TypeError(`there is no flow '${slug}'${didYouMean(slug, known)}`);
}
