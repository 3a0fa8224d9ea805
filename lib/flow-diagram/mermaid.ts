import type { DiagramEdge, DiagramGraph, DiagramNode } from './graph.js';

/** A flow as the text of a Mermaid flowchart. */
export function mermaidOf({ chain, denied, inserted, edges }: DiagramGraph): string {
  const nodes = [...chain, ...(denied === null ? [] : [denied])];
  // Mermaid has reserved words, "end" among them.
  const ids = new Map([...nodes, ...inserted].map(({ id }, index) => [id, `n${String(index)}`]));
  const idOf = (id: string): string => ids.get(id) ?? '';
  const current = [...nodes, ...inserted].filter((node) => node.current);
  return [
    'flowchart TD',
    ...nodes.map((node) => `  ${idOf(node.id)}${shaped(node)}`),
    ...edges.map((edge) => `  ${idOf(edge.from)} ${arrowOf(edge)} ${idOf(edge.to)}`),
    ...(inserted.length === 0
      ? []
      : [
          '  subgraph inserted ["inserted by policies"]',
          ...inserted.map((node) => `    ${idOf(node.id)}${shaped(node)}`),
          '  end',
        ]),
    '  classDef current stroke-width:4px',
    ...current.map(({ id }) => `  class ${idOf(id)} current`),
    '',
  ].join('\n');
}

function shaped(node: DiagramNode): string {
  const { type, title, details, current } = node;
  const lines = [...(current ? ['Current step'] : []), title, ...details];
  const shown = lines.map(escaped).filter((line) => line !== '');
  const label = `"${shown.length > 0 ? shown.join('<br/>') : '#183;'}"`;
  if (type === 'start' || type === 'end') return `([${label}])`;
  if (type === 'policies') return `{{${label}}}`;
  return type === 'denied' ? `[[${label}]]` : `[${label}]`;
}

function arrowOf({ type, label }: DiagramEdge): string {
  const arrow = type === 'next' ? '-->' : '-.->';
  return label === '' ? arrow : `${arrow}|${label}|`;
}

/** Mermaid draws no diagram of more than 50,000 characters. */
const longest = 200;

/**
 * Everything but letters, digits and a few marks as an entity code of Mermaid: a label cannot end its quotes, be a
 * directive (`%%{`), be read as Markdown or become HTML.
 */
function escaped(text: string): string {
  const letters = [
    ...text
      .replace(/\s+/g, ' ')
      .replace(/[\p{Cc}\p{Cs}]/gu, '\u{FFFD}')
      .trim(),
  ];
  const shown = letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : letters.join('');
  return (
    shown
      // A line with `direction LR` is a statement, in labels too; a later Mermaid may know other directions.
      .replace(/(?<=direction) /g, '\u00a0')
      // Formulas (`$$`) and icons (`fa:fa-`) are drawn in entity codes too; a word joiner takes no room.
      .replace(/\$(?=\$)|(?<=fa[bklrs]?):(?=fa-)/g, '$&\u2060')
      .replace(/(?<![\p{L}\p{N}])[-_.]|[-_.](?!\p{L})|[^-_.\p{L}\p{M}\p{N} ,·]/gu, codeOf)
  );
}

function codeOf(mark: string): string {
  return `#${String(mark.codePointAt(0))};`;
}
