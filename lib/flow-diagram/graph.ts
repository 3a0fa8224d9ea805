import type { Message } from '../base/message.js';
import type { Flow, StageBinding } from '../flow/flow.js';
import { countedBindings } from '../flow/policy-set.js';
import { isGate } from '../flow/stage.js';
import { policyNode } from './policy-node.js';
import { stageNode } from './stage-node.js';

type NodeType = 'start' | 'policies' | 'stage' | 'inserted' | 'end' | 'denied';

/** A box of the diagram. */
export interface DiagramNode {
  /** Unique within the diagram. */
  readonly id: string;
  readonly type: NodeType;
  readonly title: string;
  readonly details: readonly string[];
  /** True for the step at which a visitor is. */
  readonly current: boolean;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  /** `next`: the usual way; `skip`: past a stage; `denied`: to the refusal. */
  readonly type: 'next' | 'skip' | 'denied';
  /** Empty: none. */
  readonly label: string;
}

/** What every format of a diagram is drawn from. */
export interface DiagramGraph {
  readonly title: string;
  readonly slug: string;
  /** From the start to the end, one below the other. */
  readonly chain: readonly DiagramNode[];
  /** `null`: nothing of the flow refuses a visitor. */
  readonly denied: DiagramNode | null;
  /** The stages that a policy may insert. */
  readonly inserted: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** The text of a message. */
export type ReadText = (message: Message) => string;

/** The boxes and lines of a flow. `step`: the key of the stage binding at which a visitor is. */
export function flowGraph(flow: Flow, readText: ReadText, step: string | null): DiagramGraph {
  const gates = countedBindings(flow.guard).length > 0;
  const parts = flow.bindings.map((binding) => partOf(binding, readText, step));
  const chain: readonly DiagramNode[] = [
    startOf(flow, readText),
    ...(flow.guard.bindings.length > 0 ? [policyNode('flow-policies', flow.guard, [])] : []),
    ...parts.flatMap(({ policies, stage }) => (policies === null ? [stage] : [policies, stage])),
    { id: 'end', type: 'end', title: 'End', details: [`leads to ${flow.target}`], current: false },
  ];
  const edges = chain.slice(0, -1).flatMap((node, index) => {
    const next = chain[index + 1]?.id ?? 'end';
    const after = chain[index + 2]?.id ?? 'end';
    if (node.id === 'flow-policies') return policyEdges(node.id, next, gates ? { type: 'denied', to: 'denied' } : null);
    const policies = parts.find((part) => part.policies === node);
    if (policies !== undefined) return policyEdges(node.id, next, otherwise(policies.binding, after));
    const stage = parts.find((part) => part.stage === node);
    return stage === undefined ? [edge(node.id, next)] : stageEdges(stage.binding, node.id, next);
  });
  const refuses = edges.some(({ to }) => to === 'denied');
  return {
    title: readText(flow.title),
    slug: flow.slug,
    chain,
    denied: refuses || flow.bindings.some(isUndecidable) ? deniedOf(flow) : null,
    inserted: [...flow.insertable.values()].map((binding) => stageNode(binding, readText, step, 'inserted')),
    edges,
  };
}

interface Part {
  readonly binding: StageBinding;
  readonly policies: DiagramNode | null;
  readonly stage: DiagramNode;
}

function partOf(binding: StageBinding, readText: ReadText, step: string | null): Part {
  const { guard, key } = binding;
  return {
    binding,
    policies: guard.bindings.length === 0 ? null : policyNode(`policies-${key}`, guard, timesOf(binding)),
    stage: stageNode(binding, readText, step, 'stage'),
  };
}

function startOf({ slug, designation, authentication, title }: Flow, readText: ReadText): DiagramNode {
  return {
    id: 'start',
    type: 'start',
    title: readText(title),
    details: [`${slug} · ${designation}`, ...(authentication === 'none' ? [] : [visitors[authentication]])],
    current: false,
  };
}

const visitors = {
  require_authenticated: 'for signed-in users',
  require_unauthenticated: 'for visitors who are not signed in',
  require_redirect: 'only from another flow or a source',
  require_token: 'only by a link that the app issued',
};

function deniedOf(flow: Flow): DiagramNode {
  const { deniedAction } = flow;
  return {
    id: 'denied',
    type: 'denied',
    title: 'Denied',
    details: [
      ...(deniedAction === 'continue' ? [`leads to ${flow.target}`] : []),
      ...([flow, ...flow.bindings].some(isUndecidable) ? ['also where a policy gives no verdict'] : []),
    ],
    current: false,
  };
}

/** A policy that throws or is late refuses, unless its binding says otherwise. */
function isUndecidable({ guard }: Pick<StageBinding, 'guard'>): boolean {
  return countedBindings(guard).some(({ failureResult }) => !failureResult);
}

/** When the policies of a binding are evaluated. */
function timesOf({ evaluateOnPlan, reEvaluatePolicies }: StageBinding): readonly string[] {
  if (!evaluateOnPlan && !reEvaluatePolicies) return ['never evaluated'];
  if (!evaluateOnPlan) return [];
  return [reEvaluatePolicies ? 'when the flow begins, and again here' : 'only when the flow begins'];
}

type Otherwise = Pick<DiagramEdge, 'type' | 'to'> | null;

/** Where visitors go that the policies of a binding do not let pass. */
function otherwise(binding: StageBinding, after: string): Otherwise {
  const { guard, stage, evaluateOnPlan, reEvaluatePolicies } = binding;
  if (countedBindings(guard).length === 0 || (!evaluateOnPlan && !reEvaluatePolicies)) return null;
  return isGate(stage) ? { type: 'denied', to: 'denied' } : { type: 'skip', to: after };
}

function policyEdges(from: string, next: string, other: Otherwise): readonly DiagramEdge[] {
  if (other === null) return [edge(from, next)];
  return [edge(from, next, 'pass'), { from, ...other, label: other.type === 'skip' ? 'skip' : 'deny' }];
}

function stageEdges({ stage }: StageBinding, from: string, next: string): readonly DiagramEdge[] {
  const ends = stage.asking ? null : stage.alwaysEnds;
  if (ends === 'denied') return [{ from, to: 'denied', type: 'denied', label: '' }];
  return ends === 'redirected' ? [] : [edge(from, next)];
}

function edge(from: string, to: string, label = ''): DiagramEdge {
  return { from, to, type: 'next', label };
}
