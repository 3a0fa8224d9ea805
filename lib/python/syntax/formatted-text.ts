import type { Expression, FormattedPart, FormattedText } from './tree.js';
import { childrenOf, textOf, type Node, type Source } from './source.js';
import { checkPrefix, splitLiteral, unescaped } from './text-literals.js';

type Read = (node: Node) => Expression;

/** Adjacent texts, some of which may be formatted. */
export function readTexts(source: Source, nodes: readonly Node[], read: Read): Expression {
  const at = nodes[0]?.from ?? 0;
  const parts = nodes.flatMap((node) =>
    node.name === 'FormatString' ? formattedParts(source, node, read) : [plainText(source, node)],
  );
  if (parts.every((part) => typeof part === 'string')) {
    if (!nodes.some((node) => node.name === 'FormatString')) return { type: 'constant', at, value: parts.join('') };
  }
  return { type: 'formatted', at, parts };
}

function plainText(source: Source, node: Node): string {
  const literal = splitLiteral(textOf(source, node), node.from);
  checkPrefix(source, literal);
  return literal.prefix.includes('r') ? literal.body : unescaped(source, literal.body, literal.at);
}

function formattedParts(source: Source, node: Node, read: Read): readonly (string | FormattedPart)[] {
  const { prefix, body, at } = splitLiteral(textOf(source, node), node.from);
  const isRaw = prefix.includes('r');
  return segments(
    source,
    node,
    { from: at, to: at + body.length },
    (text, from) => {
      const unbraced = text.replaceAll(/\{\{|\}\}|[{}]/g, (brace, index: number) => {
        if (brace.length === 1) source.report(from + index, "f-string: single '}' is not allowed");
        return brace.slice(0, 1);
      });
      return isRaw ? unbraced : unescaped(source, unbraced, from);
    },
    read,
  );
}

/** The texts and the replacements of a formatted text or of a format, in order. */
function segments(
  source: Source,
  node: Node,
  { from, to }: { readonly from: number; readonly to: number },
  textAt: (text: string, from: number) => string,
  read: Read,
): readonly (string | FormattedPart)[] {
  const parts: (string | FormattedPart)[] = [];
  let last = from;
  const add = (until: number): void => {
    const text = textAt(source.text.slice(last, until), last);
    if (text !== '') parts.push(text);
  };
  for (const child of childrenOf(node).filter(({ name }) => name === 'FormatReplacement')) {
    add(child.from);
    parts.push(...replacement(source, child, read));
    last = child.to;
  }
  add(to);
  return parts;
}

function replacement(source: Source, node: Node, read: Read): readonly (string | FormattedPart)[] {
  const children = childrenOf(node);
  const named = (name: string): Node | undefined => children.find((child) => child.name === name);
  const [, expression, ...more] = children;
  const afterwards = ['FormatSelfDoc', 'FormatConversion', 'FormatSpec', '}'];
  if (expression === undefined || afterwards.includes(expression.name)) {
    source.report(node.from, 'f-string: an expression is required');
    return [];
  }
  if (more.length > 0 && !afterwards.includes(more[0]?.name ?? ''))
    source.report(expression.from, 'a tuple in an f-string needs parentheses');
  const selfDoc = named('FormatSelfDoc');
  const conversionNode = named('FormatConversion');
  const specNode = named('FormatSpec');
  const letter = conversionNode === undefined ? null : textOf(source, conversionNode).slice(1);
  const conversion = letter === 'r' || letter === 's' || letter === 'a' ? letter : null;
  const spec = specNode === undefined ? null : specOf(source, specNode, read);
  const isShown = selfDoc !== undefined && conversion === null && spec === null;
  const part: FormattedPart = { value: read(expression), conversion: isShown ? 'r' : conversion, spec };
  if (selfDoc === undefined) return [part];
  const end = (conversionNode ?? specNode ?? named('}'))?.from ?? selfDoc.to;
  return [source.text.slice(node.from + 1, end), part];
}

function specOf(source: Source, node: Node, read: Read): FormattedText {
  const range = { from: node.from + 1, to: node.to };
  return { type: 'formatted', at: node.from, parts: segments(source, node, range, (text) => text, read) };
}
