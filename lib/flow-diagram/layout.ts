import type { DiagramEdge, DiagramGraph, DiagramNode } from './graph.js';
import { wrapped } from './wrap-text.js';

/** A box with its place; all lengths are in pixels. */
export interface PlacedNode {
  readonly node: DiagramNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly { readonly text: string; readonly role: 'title' | 'detail' | 'current' }[];
}

interface PlacedEdge {
  readonly type: DiagramEdge['type'];
  readonly label: string;
  readonly labelAt: Point & { readonly anchor: 'start' | 'end' };
  /** Corners, from the beginning to the arrow. */
  readonly points: readonly Point[];
  /** False where it ends at another line that goes on to the box. */
  readonly arrow: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export const sizes = { line: 18, tip: 14, padding: 10, box: 320, side: 200, gap: 34, lane: 48, margin: 16 } as const;

/**
 * Places the boxes: one column from the start to the end, the refusal beside the end, and what may be inserted below.
 * Skips run left of the column, refusals right of it.
 */
export function layoutOf({ chain, denied, inserted, edges }: DiagramGraph): Layout {
  const { box, side, lane, margin, gap } = sizes;
  const left = margin + lane;
  const column = placedBelow(chain, left, margin);
  const last = column.at(-1);
  const refusal = denied === null || last === undefined ? [] : [placed(denied, left + box + 1.5 * lane, last.y, side)];
  const bottom = Math.max(...[...column, ...refusal].map(bottomOf));
  const nodes = [...column, ...refusal, ...placedBelow(inserted, left, bottom + gap)];
  const firstDenial = edges.find(({ type }) => type === 'denied');
  const placedNodes = new Map(nodes.map((one) => [one.node.id, one]));
  return {
    width: left + box + lane + (denied === null ? 0 : lane / 2 + side) + margin,
    height: Math.max(...nodes.map(bottomOf)) + margin,
    nodes,
    edges: edges.flatMap((edge) => {
      const [from, to] = [placedNodes.get(edge.from), placedNodes.get(edge.to)];
      return from === undefined || to === undefined
        ? []
        : [routed(edge, from, to, edge.type !== 'denied' || edge === firstDenial)];
    }),
  };
}

/** Letters that are not bold are narrower. */
const regular = 0.9;

function placedBelow(nodes: readonly DiagramNode[], x: number, top: number): readonly PlacedNode[] {
  let y = top;
  return nodes.map((node) => {
    const one = placed(node, x, y, sizes.box);
    y = bottomOf(one) + sizes.gap;
    return one;
  });
}

function placed(node: DiagramNode, x: number, y: number, width: number): PlacedNode {
  // Policies stand in hexagons, whose lower and upper lines are shorter.
  const inner = width - 2 * sizes.padding - (node.type === 'policies' ? 2 * sizes.tip : 0);
  const lines = [
    ...(node.current ? [{ text: 'Current step', role: 'current' as const }] : []),
    ...wrapped(node.title, inner).map((text) => ({ text, role: 'title' as const })),
    ...node.details.flatMap((detail) =>
      wrapped(detail, inner / regular).map((text) => ({ text, role: 'detail' as const })),
    ),
  ];
  return { node, x, y, width, height: lines.length * sizes.line + 2 * sizes.padding, lines };
}

function bottomOf({ y, height }: PlacedNode): number {
  return y + height;
}

function routed({ type, label }: DiagramEdge, from: PlacedNode, to: PlacedNode, arrow: boolean): PlacedEdge {
  const middle = from.x + from.width / 2;
  if (type === 'next') {
    const points = [
      { x: middle, y: bottomOf(from) },
      { x: middle, y: to.y },
    ];
    const labelAt = { x: middle + 8, y: (bottomOf(from) + to.y) / 2 + 4, anchor: 'start' as const };
    return { type, label, labelAt, points, arrow };
  }
  // A box that is skipped to may be skipped from as well: the lines end above the middle and begin below it.
  const out = from.y + (from.height * 2) / 3;
  if (type === 'skip') {
    const into = to.y + to.height / 3;
    const x = from.x - sizes.lane / 2;
    return {
      type,
      label,
      arrow,
      labelAt: { x: x - 4, y: (out + into) / 2 + 4, anchor: 'end' },
      points: [
        { x: from.x + insetAt(from, out), y: out },
        { x, y: out },
        { x, y: into },
        { x: to.x + insetAt(to, into), y: into },
      ],
    };
  }
  const right = from.x + from.width;
  const x = right + sizes.lane;
  const into = to.y + to.height / 2;
  const branch = [
    { x: right - insetAt(from, out), y: out },
    { x, y: out },
  ];
  return {
    type,
    label,
    arrow,
    labelAt: { x: right + 8, y: out - 5, anchor: 'start' },
    // All refusals share one line down, which the first of them draws.
    points: arrow ? [...branch, { x, y: into }, { x: to.x, y: into }] : branch,
  };
}

/** How far the side of a box is inside its frame: policies stand in hexagons. */
function insetAt({ node, y, height }: PlacedNode, at: number): number {
  return node.type === 'policies' ? (sizes.tip * Math.abs(at - y - height / 2)) / (height / 2) : 0;
}
