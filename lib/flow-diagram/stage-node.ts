import type { StageBinding } from '../flow/flow.js';
import type { Stage } from '../flow/stage.js';
import type { DiagramNode, ReadText } from './graph.js';

/** The box of a stage: its title, or its key where it has none. */
export function stageNode(
  binding: StageBinding,
  readText: ReadText,
  step: string | null,
  type: 'stage' | 'inserted',
): DiagramNode {
  const { key, stage, invalidResponseAction } = binding;
  return {
    id: `stage-${key}`,
    type,
    title: stage.title === null ? key : readText(stage.title),
    details: [
      ...(type === 'inserted' ? ['where a policy inserts it'] : []),
      stage.title === null ? stage.kind : `${key} · ${stage.kind}`,
      ...askedOf(stage),
      ...leadsOf(stage),
      ...(invalidResponseAction === 'retry' ? [] : ['an invalid answer starts the flow again']),
    ],
    current: key === step,
  };
}

function askedOf(stage: Stage): readonly string[] {
  if (!stage.asking) return [];
  return [
    ...(stage.fields.length === 0 ? [] : [`asks: ${stage.fields.join(', ')}`]),
    ...(stage.validation.length === 0 ? [] : [`checks: ${stage.validation.map(({ name }) => name).join(', ')}`]),
  ];
}

function leadsOf(stage: Stage): readonly string[] {
  if (stage.asking) return [];
  if (stage.leadsTo !== null) return [`goes on in the flow ${stage.leadsTo}`];
  if (stage.alwaysEnds !== 'redirected') return [];
  return [
    stage.leadsToOrigins.length === 0 ? 'ends here' : `ends here, may lead to ${stage.leadsToOrigins.join(', ')}`,
  ];
}
