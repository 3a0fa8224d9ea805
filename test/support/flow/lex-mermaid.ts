import assert from 'node:assert/strict';

/**
 * The tokens of a flowchart by Mermaid's own rules (mermaid 11, `flowchart/parser/flow.jison`, MIT): all rules that can
 * match what the kit writes, in their order. As in Jison, the first rule that matches wins, not the longest.
 */
type State =
  'INITIAL' | 'dir' | 'string' | 'md_string' | 'text' | 'edgeText' | 'dottedEdgeText' | 'click' | 'shapeData';
type Move = { readonly push: State } | 'pop' | null;
/** States (none: INITIAL; `*`: every one), what it matches, the token (none: nothing is returned), and the next state. */
type Rule = readonly [states: readonly State[] | '*', pattern: RegExp, token: string | null, move: Move];

const initial: readonly State[] = ['INITIAL'];
const rules: readonly Rule[] = [
  [initial, /accTitle\s*:\s*/y, 'acc_title', null],
  [initial, /accDescr\s*:\s*/y, 'acc_descr', null],
  [initial, /accDescr\s*\{\s*/y, 'acc_descr', null],
  [initial, /@\{/y, 'SHAPE_DATA', { push: 'shapeData' }],
  [['shapeData'], /[^]/y, 'SHAPE_DATA', null],
  [initial, /call\s+/y, 'CALLBACK', null],
  [['md_string'], /[^`"]+/y, 'MD_STR', null],
  [['md_string'], /`"/y, null, 'pop'],
  ['*', /"`/y, null, { push: 'md_string' }],
  [['string'], /[^"]+/y, 'STR', null],
  [['string'], /"/y, null, 'pop'],
  ['*', /"/y, null, { push: 'string' }],
  [initial, /style/y, 'STYLE', null],
  [initial, /default/y, 'DEFAULT', null],
  [initial, /linkStyle/y, 'LINKSTYLE', null],
  [initial, /interpolate/y, 'INTERPOLATE', null],
  [initial, /classDef/y, 'CLASSDEF', null],
  [initial, /class/y, 'CLASS', null],
  [initial, /href\s/y, 'HREF', null],
  [initial, /click\s+/y, null, { push: 'click' }],
  [['click'], /[\s\n]/y, null, 'pop'],
  [['click'], /[^\s\n]*/y, 'CLICK', null],
  [initial, /flowchart-elk|graph|flowchart/y, 'GRAPH', { push: 'dir' }],
  [initial, /subgraph/y, 'subgraph', null],
  [initial, /end\b\s*/y, 'end', null],
  [initial, /_self|_blank|_parent|_top/y, 'LINK_TARGET', null],
  [['dir'], /(\r?\n)*\s*\n/y, 'NODIR', 'pop'],
  [['dir'], /\s*(?:LR|RL|TB|BT|TD|BR|<|>|\^|v)/y, 'DIR', 'pop'],
  [initial, /.*direction\s+(?:TB|BT|RL|LR|TD)[^\n]*/y, 'direction', null],
  [initial, /[^\s"]+@(?=[^{"])/y, 'LINK_ID', null],
  [initial, /[0-9]+/y, 'NUM', null],
  [initial, /#/y, 'BRKT', null],
  [initial, /:::/y, 'STYLE_SEPARATOR', null],
  [initial, /:/y, 'COLON', null],
  [initial, /&/y, 'AMP', null],
  [initial, /;/y, 'SEMI', null],
  [initial, /,/y, 'COMMA', null],
  [initial, /\*/y, 'MULT', null],
  [initial, /\s*[xo<]?--+[-xo>]\s*/y, 'LINK', null],
  [initial, /\s*[xo<]?--\s*/y, 'START_LINK', { push: 'edgeText' }],
  [['edgeText'], /[^-]|-(?!-)+/y, 'EDGE_TEXT', null],
  [initial, /\s*[xo<]?-?\.+-[xo>]?\s*/y, 'LINK', null],
  [initial, /\s*[xo<]?-\.\s*/y, 'START_LINK', { push: 'dottedEdgeText' }],
  [['dottedEdgeText'], /[^.]|\.(?!-)/y, 'EDGE_TEXT', null],
  ['*', /\s*~~~+\s*/y, 'LINK', null],
  ['*', /\(-/y, '(-', null],
  [['text'], /\]\)/y, 'STADIUMEND', 'pop'],
  ['*', /\(\[/y, 'STADIUMSTART', { push: 'text' }],
  [['text'], /\]\]/y, 'SUBROUTINEEND', 'pop'],
  ['*', /\[\[/y, 'SUBROUTINESTART', { push: 'text' }],
  [initial, /\[\|/y, 'VERTEX_WITH_PROPS_START', null],
  [initial, />/y, 'TAGEND', { push: 'text' }],
  ['*', /\[\(/y, 'CYLINDERSTART', { push: 'text' }],
  ['*', /\(\(\(/y, 'DOUBLECIRCLESTART', { push: 'text' }],
  ['*', /\[[/\\]/y, 'TRAPSTART', null],
  [initial, /</y, 'TAGSTART', null],
  [initial, /\^/y, 'UP', null],
  [initial, /v/y, 'DOWN', null],
  [initial, /(?:[A-Za-z0-9!"#$%&'*+.`?\\_/]|-(?=[^>\-.])|=(?!=))+/y, 'NODE_STRING', null],
  [initial, /-/y, 'MINUS', null],
  [initial, /\p{L}/uy, 'UNICODE_TEXT', null],
  [['text'], /\|/y, 'PIPE', 'pop'],
  ['*', /\|/y, 'PIPE', { push: 'text' }],
  [['text'], /\)/y, 'PE', 'pop'],
  ['*', /\(/y, 'PS', { push: 'text' }],
  [['text'], /\]/y, 'SQE', 'pop'],
  ['*', /\[/y, 'SQS', { push: 'text' }],
  [['text'], /\}/y, 'DIAMOND_STOP', 'pop'],
  ['*', /\{/y, 'DIAMOND_START', { push: 'text' }],
  [['text'], /[^[\](){}|"]+/y, 'TEXT', null],
  [initial, /(?:\r?\n)+/y, 'NEWLINE', null],
  [initial, /\s/y, 'SPACE', null],
];

/** What is done with a diagram before it is parsed: comments, directives and front matter are taken out of it. */
function preprocessed(written: string): string {
  return written
    .replace(/\r\n?/g, '\n')
    .replace(/^-{3}\s*[\n\r](.*?)[\n\r]-{3}\s*[\n\r]+/s, '')
    .replace(/%{2}\{\s*(?:(\w+)\s*:|(\w+))\s*(?:(\w+)|((?:(?!\}%{2}).|\r?\n)*))?\s*(?:\}%{2})?/gi, '')
    .replace(/^\s*%%(?!\{)[^\n]+\n?/gm, '')
    .trimStart();
}

/** Entity codes become marks that no rule knows; a line with a style and a colon would lose its last semicolon. */
function encoded(text: string): string {
  return text
    .replace(/(?:style|classDef).*:\S*#.*;/g, (line) => line.slice(0, -1))
    .replace(/#(\w+);/g, (_, code: string) => `${/^\+?\d+$/.test(code) ? 'ﬂ°°' : 'ﬂ°'}${code}¶ß`)
    .replace(/\}\s*\n/g, '}\n');
}

function tokensOf(written: string): readonly string[] {
  const before = preprocessed(written);
  assert.equal(before, written, 'a comment, a directive or front matter');
  const text = `${encoded(before)}\n`;
  const states: State[] = ['INITIAL'];
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    const state = states.at(-1) ?? 'INITIAL';
    const found = rules.find(([of, pattern]) => {
      pattern.lastIndex = at;
      return (of === '*' || of.includes(state)) && pattern.test(text) && pattern.lastIndex > at;
    });
    assert.ok(found, `no token at ${JSON.stringify(text.slice(at, at + 40))}`);
    const [, pattern, token, move] = found;
    at = pattern.lastIndex;
    if (token !== null) tokens.push(token);
    if (move === 'pop') states.pop();
    else if (move !== null) states.push(move.push);
  }
  assert.deepEqual(states, ['INITIAL'], 'a text is not closed');
  return tokens;
}

// The statements of its grammar that the kit writes. A link takes the blanks around it, and `end` the line's end.
const id = 'NODE_STRING';
const vertex = `${id} (?:SQS STR SQE|STADIUMSTART STR STADIUMEND|SUBROUTINESTART STR SUBROUTINEEND|DIAMOND_START DIAMOND_START STR DIAMOND_STOP DIAMOND_STOP) NEWLINE`;
const statements = [
  vertex,
  `${id} LINK ${id} NEWLINE`,
  `${id} LINK PIPE TEXT PIPE SPACE ${id} NEWLINE`,
  `subgraph SPACE ${id} SPACE SQS STR SQE NEWLINE`,
  'end',
  `CLASSDEF SPACE ${id} SPACE ${id} COLON NUM ${id} NEWLINE`,
  `CLASS SPACE ${id} SPACE ${id} NEWLINE`,
].join('|');
const grammar = new RegExp(`^GRAPH DIR NEWLINE (?:(?:SPACE )*(?:${statements}) ?)*$`);

/** How many nodes and links Mermaid reads; it throws for what its grammar refuses, or takes for another statement. */
export function countedByMermaid(written: string): { readonly nodes: number; readonly links: number } {
  const tokens = tokensOf(written);
  assert.match(tokens.join(' '), grammar);
  const count = (token: string): number => tokens.filter((one) => one === token).length;
  return { nodes: count('STR') - count('subgraph'), links: count('LINK') };
}
