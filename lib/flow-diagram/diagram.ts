import { didYouMean } from '../base/did-you-mean.js';
import { settingsCheck } from '../base/settings.js';
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

const check = settingsCheck<DiagramSettings>('diagram', (joi) => ({
  format: joi.valid(...diagramFormats),
  step: joi.string(),
}));

/**
 * Draws a flow: its stages, policies, skips and refusals.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings
 * @throws TypeError for a step that the flow does not have
 */
export function drawFlow(flow: Flow, readText: ReadText, settings: DiagramSettings = {}): string {
  check(settings);
  const { format = 'mermaid', step } = settings;
  const keys = [...flow.bindings.map(({ key }) => key), ...flow.insertable.keys()];
  if (step !== undefined && !keys.includes(step))
    throw new TypeError(`the flow '${flow.slug}' has no step '${step}'${didYouMean(step, keys)}`);
  const graph = flowGraph(flow, readText, step ?? null);
  return format === 'svg' ? svgOf(graph) : mermaidOf(graph);
}
