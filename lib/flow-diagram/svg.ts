import type { DiagramGraph } from './graph.js';
import { layoutOf, sizes, type PlacedNode } from './layout.js';
import { cleaned } from './wrap-text.js';

/**
 * A flow as an SVG image in light and dark, without scripts and without anything from elsewhere. Attributes have the
 * light colors too: a page whose policy forbids inline styles still shows them.
 */
export function svgOf(graph: DiagramGraph): string {
  const { width, height, nodes, edges } = layoutOf(graph);
  const id = `enrollment-diagram-${graph.slug.replace(/[^-\w]/g, '')}`;
  const size = `${String(width)} ${String(height)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="enrollment-diagram" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${size}" role="img" aria-labelledby="${id}-title" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="${id}-title">${escaped(cleaned(`${graph.title}: the flow ${graph.slug}`))}</title>`,
    `<style>${style}</style>`,
    `<defs><marker id="${id}-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="enrollment-diagram-arrow" d="M0 0 8 4 0 8z" fill="${light.line}"/></marker></defs>`,
    `<rect class="enrollment-diagram-ground" width="${String(width)}" height="${String(height)}" fill="${light.ground}"/>`,
    ...edges.map(({ type, label, labelAt, points, arrow }) => {
      const path = points.map(({ x, y }) => `${rounded(x)},${rounded(y)}`).join(' ');
      const dashes = type === 'next' ? '' : ' stroke-dasharray="5 4"';
      return `<polyline class="enrollment-diagram-line" points="${path}" fill="none" stroke="${light.line}" stroke-width="1.5"${dashes}${arrow ? ` marker-end="url(#${id}-arrow)"` : ''}/>${
        label === '' ? '' : textAt(labelAt.x, labelAt.y, label, 'detail', labelAt.anchor)
      }`;
    }),
    ...nodes.map(boxOf),
    '</svg>',
    '',
  ].join('\n');
}

const light = {
  ground: '#ffffff',
  box: '#f6f7f9',
  line: '#5b6470',
  text: '#1b1f24',
  detail: '#4a525c',
  mark: '#0b57d0',
};
const dark = {
  ground: '#14171a',
  box: '#20252b',
  line: '#9aa4b0',
  text: '#f1f3f5',
  detail: '#b9c1ca',
  mark: '#8ab4f8',
};

const style = [
  '@media (prefers-color-scheme: dark) {',
  `.enrollment-diagram-ground { fill: ${dark.ground} }`,
  `.enrollment-diagram-box { fill: ${dark.box}; stroke: ${dark.line} }`,
  `.enrollment-diagram-box.enrollment-diagram-mark { stroke: ${dark.mark} }`,
  `.enrollment-diagram-line { stroke: ${dark.line} }`,
  `.enrollment-diagram-arrow { fill: ${dark.line} }`,
  `.enrollment-diagram-title { fill: ${dark.text} }`,
  `.enrollment-diagram-detail { fill: ${dark.detail} }`,
  `.enrollment-diagram-current { fill: ${dark.mark} }`,
  '}',
].join(' ');

function boxOf({ node, x, y, width, height, lines }: PlacedNode): string {
  const { type, current } = node;
  const corner = { start: 18, end: 18, policies: 0, stage: 6, inserted: 6, denied: 0 }[type];
  const stroke = current
    ? `stroke="${light.mark}" stroke-width="3"`
    : `stroke="${light.line}" stroke-width="${type === 'denied' ? '3' : '1'}"`;
  const dashes = type === 'inserted' ? ' stroke-dasharray="5 4"' : '';
  const look = `class="enrollment-diagram-box${current ? ' enrollment-diagram-mark' : ''}" fill="${light.box}" ${stroke}${dashes}`;
  const shape =
    type === 'policies'
      ? `<polygon ${look} points="${hexagon(x, y, width, height)}"/>`
      : `<rect ${look} x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" rx="${String(corner)}"/>`;
  const texts = lines.map(({ text, role }, index) =>
    textAt(x + width / 2, y + sizes.padding + sizes.line * index + 13, text, role, 'middle'),
  );
  return `<g>${shape}${texts.join('')}</g>`;
}

function hexagon(x: number, y: number, width: number, height: number): string {
  const corners = [
    [x, y + height / 2],
    [x + sizes.tip, y],
    [x + width - sizes.tip, y],
    [x + width, y + height / 2],
    [x + width - sizes.tip, y + height],
    [x + sizes.tip, y + height],
  ] as const;
  return corners.map(([left, top]) => `${rounded(left)},${rounded(top)}`).join(' ');
}

function textAt(
  x: number,
  y: number,
  text: string,
  role: 'title' | 'detail' | 'current',
  anchor: 'start' | 'middle' | 'end',
): string {
  const fill = { title: light.text, detail: light.detail, current: light.mark }[role];
  const weight = role === 'detail' ? '' : ' font-weight="600"';
  return `<text class="enrollment-diagram-${role}" x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}" unicode-bidi="plaintext" fill="${fill}"${weight}>${escaped(text)}</text>`;
}

function rounded(length: number): string {
  return String(Math.round(length * 10) / 10);
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => entities.get(mark) ?? '');
}
