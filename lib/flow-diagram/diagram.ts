import { didYouMean } from '../base/did-you-mean.js';
import type { Flow } from '../flow/flow.js';
import { flowGraph, type ReadText } from './graph.js';
import { mermaidOf } from './mermaid.js';
import { svgOf } from './svg.js';

export const diagramFormats = ['mermaid', 'svg'] as const;

export interface DiagramSettings {
  /** The text of a Mermaid flowchart, or an SVG image. Default `mermaid`. */
  readonly format?: (typeof diagramFormats)[number];
  /** The key of the stage binding at which a visitor is: it is marked. Default: none. */
  readonly step?: string;
}

/**
 * Draws a flow: its stages, policies, skips and refusals.
 * @throws TypeError for a step that the flow does not have
 */
export function drawFlow(flow: Flow, readText: ReadText, { format = 'mermaid', step }: DiagramSettings = {}): string {
  const keys = [...flow.bindings.map(({ key }) => key), ...flow.insertable.keys()];
  if (step !== undefined && !keys.includes(step))
    throw new TypeError(`the flow '${flow.slug}' has no step '${step}'${didYouMean(step, keys)}`);
  const given: string = format;
  if (!diagramFormats.includes(format))
    throw new TypeError(`there is no format '${given}': ${diagramFormats.join(' or ')}`);
  const graph = flowGraph(flow, readText, step ?? null);
  return format === 'svg' ? svgOf(graph) : mermaidOf(graph);
}
