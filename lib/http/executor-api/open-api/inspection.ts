import type { JsonObject } from '../../../base/json.js';
import { anyRecord, flag, listOf, orNull, refTo, text, textOrNull } from '../components/schemas.js';
import { answerOf, problem, slugParameter, unavailable, unknownToken } from './paths.js';

/** The inspector's path, for apps that switch it on. `slugs`: of their flows. */
export function inspectionPaths(slugs: readonly string[]): JsonObject {
  return {
    '/flows/inspector/{flow_slug}/': {
      get: {
        operationId: 'flows_inspector_get',
        description: 'Where the visitor’s own plan is, and which stages it has passed.',
        parameters: [slugParameter(slugs)],
        security: [{}, { plan: [] }],
        responses: {
          '200': answerOf('The plan.', refTo('FlowInspection')),
          '401': unknownToken(),
          '403': problem('The request comes from another origin.'),
          '404': problem('There is none.'),
          '503': unavailable(),
        },
      },
    },
  };
}

/** Its schemas. */
export const inspectionSchemas: JsonObject = {
  FlowInspection: {
    type: 'object',
    properties: {
      plans: { ...listOf(refTo('FlowInspectorPlan')), description: 'One for each stage that was passed, in order.' },
      current_plan: refTo('FlowInspectorPlan'),
      is_completed: flag,
    },
    required: ['plans', 'current_plan', 'is_completed'],
  },
  FlowInspectorPlan: {
    type: 'object',
    properties: {
      current_stage: orNull(refTo('FlowInspectorStage')),
      next_planned_stage: orNull(refTo('FlowInspectorStage')),
      plan_context: {
        ...anyRecord,
        description:
          'Secrets are `**********`. Of an earlier plan: the keys that were there by then, with their present values.',
      },
      session_id: text,
    },
    required: ['current_stage', 'next_planned_stage', 'plan_context', 'session_id'],
  },
  FlowInspectorStage: {
    type: 'object',
    properties: { pk: text, name: text, kind: text, component: textOrNull },
    required: ['pk', 'name', 'kind', 'component'],
  },
};
