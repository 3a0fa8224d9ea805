import assert from 'node:assert/strict';

interface ReadFlowchart {
  /** The lines of each label, decoded. */
  readonly nodes: ReadonlyMap<string, readonly string[]>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
  readonly current: readonly string[];
  readonly written: string;
}

// The part of Mermaid's grammar for flowcharts that the kit writes; any other line is a mistake.
const label = String.raw`"((?:[^"\n])*)"`;
const shapes = [
  String.raw`\(\[${label}\]\)`,
  String.raw`\{\{${label}\}\}`,
  String.raw`\[\[${label}\]\]`,
  String.raw`\[${label}\]`,
];
const node = new RegExp(`^ +(n\\d+)(?:${shapes.join('|')})$`);
const edge = /^ {2}(n\d+) (?:-->|-\.->)(?:\|(\w+)\|)? (n\d+)$/;
const other =
  /^(?:flowchart TD| {2}subgraph inserted \["inserted by policies"\]| {2}end| {2}classDef current stroke-width:4px|)$/;

/** Reads a flowchart, and refuses every line that is none of the kit's. */
export function readMermaid(written: string): ReadFlowchart {
  const nodes = new Map<string, readonly string[]>();
  const edges: ReadFlowchart['edges'][number][] = [];
  const current: string[] = [];
  for (const line of written.split('\n')) {
    // Its lexer takes such a line for a statement, wherever the words are.
    assert.doesNotMatch(line, /direction\s+(?:TB|BT|RL|LR|TD)/);
    const [, id, ...labels] = node.exec(line) ?? [];
    const [, from, kind = '', to] = edge.exec(line) ?? [];
    const [, marked] = /^ {2}class (n\d+) current$/.exec(line) ?? [];
    if (id !== undefined) nodes.set(id, (labels.find((one) => one !== undefined) ?? '').split('<br/>').map(decoded));
    else if (from !== undefined && to !== undefined) edges.push({ from, to, label: kind });
    else if (marked !== undefined) current.push(marked);
    else assert.match(line, other);
  }
  for (const { from, to } of edges) assert.ok(nodes.has(from) && nodes.has(to));
  return { nodes, edges, current, written };
}

function decoded(text: string): string {
  return text.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
