import type { parser } from '@lezer/python';

/** A node of lezer's tree. */
export type Node = ReturnType<typeof parser.parse>['topNode'];

/** A mistake in an expression. Lines and columns count from 1; columns count characters. */
export interface PythonProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The text that is read, and the mistakes that are found in it. */
export interface Source {
  readonly text: string;
  /** Adds a mistake at an offset. */
  report(at: number, message: string): void;
  lineAt(offset: number): number;
  /** What stands for the subject of a `match` at that offset. */
  subjectAt?(offset: number): Node | undefined;
}

export function createSource(
  text: string,
  firstLine: number,
): Source & { readonly problems: () => readonly PythonProblem[] } {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((found) => found.index + found[0].length)];
  const end = text.trimEnd().length;
  const found: (PythonProblem & { readonly at: number })[] = [];

  function indexOf(offset: number): number {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    text,
    lineAt: (offset) => indexOf(offset) + firstLine,
    report(offset, message) {
      // What is missing at the end is missing behind the last line that has something.
      const at = Math.min(offset, end);
      const index = indexOf(at);
      const column = [...text.slice(starts[index] ?? 0, at)].length + 1;
      if (!found.some((one) => one.at === at && one.message === message))
        found.push({ at, line: index + firstLine, column, message });
    },
    problems: () =>
      found.toSorted((one, other) => one.at - other.at).map(({ line, column, message }) => ({ line, column, message })),
  };
}

/** The children of a node without comments. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}

/** The parts between commas. */
export function betweenCommas(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  for (const node of nodes)
    if (node.name === ',') parts.push([]);
    else parts.at(-1)?.push(node);
  if (parts.at(-1)?.length === 0) parts.pop();
  return parts;
}

export function textOf(source: Source, { from, to }: Node): string {
  return source.text.slice(from, to);
}
