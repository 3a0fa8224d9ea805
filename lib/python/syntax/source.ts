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
  const found: { readonly at: number; readonly message: string }[] = [];
  const known = new Set<string>();

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
      const key = `${String(at)} ${message}`;
      if (!known.has(key)) found.push({ at, message });
      known.add(key);
    },
    problems() {
      let [start, counted, column] = [0, 0, 1];
      return found
        .toSorted((one, other) => one.at - other.at)
        .map(({ at, message }) => {
          const index = indexOf(at);
          const begin = starts[index] ?? 0;
          // Of a line with many of them, each part is counted once.
          if (begin !== start) [start, counted, column] = [begin, begin, 1];
          column += [...text.slice(counted, at)].length;
          counted = at;
          return { line: index + firstLine, column, message };
        });
    },
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
