import type { Node } from './source.js';

interface Token {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

interface Mistake {
  readonly at: number;
  readonly message: string;
}

/** Columns with a tab to the next multiple of 8, and with a tab as one column: Python wants both to agree. */
interface Indent {
  readonly column: number;
  readonly narrow: number;
}

/**
 * The first mistake in the indentation of a text whose syntax is right otherwise: lezer takes any that ends. The rules are
 * those of Python's tokenizer, for the body of a function that is itself indented by four blanks.
 */
export function indentationMistake(text: string, top: Node): Mistake | null {
  const stack: Indent[] = [{ column: 0, narrow: 0 }];
  for (const { first, opens } of logicalLines(text, tokensOf(top))) {
    const indent = indentOf(text, first.from);
    const above = stack.at(-1) ?? indent;
    if (indent.column > above.column) {
      if (!opens) return { at: first.from, message: 'unexpected indent' };
      if (indent.narrow <= above.narrow) return inconsistent(first);
      stack.push(indent);
      continue;
    }
    if (opens) return { at: first.from, message: 'expected an indented block' };
    while ((stack.at(-1)?.column ?? 0) > indent.column) stack.pop();
    const same = stack.at(-1);
    if (same?.column !== indent.column)
      return { at: first.from, message: 'unindent does not match any outer indentation level' };
    if (same.narrow !== indent.narrow) return inconsistent(first);
  }
  return null;
}

function inconsistent({ from }: Token): Mistake {
  return { at: from, message: 'inconsistent use of tabs and spaces in indentation' };
}

function tokensOf(top: Node): readonly Token[] {
  const tokens: Token[] = [];
  top.cursor().iterate(({ name, from, to, node }) => {
    if (name === 'Comment') return false;
    // Formatted texts have parts, in which lines mean nothing.
    const isWhole = name === 'String' || name === 'FormatString' || node.firstChild === null;
    if (isWhole && to > from) tokens.push({ name, from, to });
    return !isWhole;
  });
  return tokens;
}

/** The first token of each line, without those that go on within brackets or after a backslash. */
function logicalLines(
  text: string,
  tokens: readonly Token[],
): readonly { readonly first: Token; readonly opens: boolean }[] {
  let depth = 0;
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    const isFirst = before === undefined || (depth === 0 && breaks(text.slice(before.to, token.from)));
    if (/^[([{]$/.test(token.name)) depth += 1;
    if (/^[)\]}]$/.test(token.name)) depth -= 1;
    // What authentik makes of the text begins with `def handler():`.
    return isFirst ? [{ first: token, opens: before === undefined || before.name === ':' }] : [];
  });
}

function breaks(between: string): boolean {
  const joined = between.replaceAll(/#[^\r\n]*/g, '').replaceAll(/\\(?:\r\n|\r|\n)/g, '');
  return /[\r\n]/.test(joined);
}

function indentOf(text: string, at: number): Indent {
  const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  let [column, narrow] = [4, 4];
  for (const mark of text.slice(start, at)) {
    column = mark === '\t' ? (Math.floor(column / 8) + 1) * 8 : mark === '\f' ? 0 : column + 1;
    narrow = mark === '\f' ? 0 : narrow + 1;
  }
  return { column, narrow };
}
