import { countedBindings, type PolicyBinding, type PolicySet } from '../flow/policy-set.js';
import type { DiagramNode } from './graph.js';

/** The box of the policies in front of a stage or of the whole flow. */
export function policyNode(id: string, guard: PolicySet, notes: readonly string[]): DiagramNode {
  const count = countedBindings(guard).length;
  const how = guard.mode === 'all' ? 'All of these policies' : 'Any of these policies';
  return {
    id,
    type: 'policies',
    title: count > 1 ? how : 'Policy',
    details: [...guard.bindings.map(labelOf), ...notes],
    current: false,
  };
}

function labelOf({ policy, enabled, negate, dryRun, failureResult, expires }: PolicyBinding): string {
  const notes = [
    ...(enabled ? [] : ['switched off']),
    ...(dryRun ? ['dry run'] : []),
    ...(failureResult ? ['passes without a verdict'] : []),
    ...(expires === null ? [] : [`until ${new Date(expires).toISOString()}`]),
  ];
  return `${negate ? 'not ' : ''}${policy.name}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
