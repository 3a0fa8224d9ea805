import Table from 'cli-table3';
import { styleText } from 'node:util';
import { printable } from './printable.js';

export type Color = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** A text that is colored when colors are enabled. */
export interface Painted {
  readonly color: Color;
  readonly text: string;
}

export type Cell = string | number | null | undefined | Painted;

interface TableSettings {
  readonly colored: boolean;
  /** The width of the terminal; `null`: the output is not a terminal, and nothing is cut. */
  readonly columns: number | null;
}

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const gap = bare.middle.length;
/** cli-table3 takes longer than linear time: 30,000 rows would take minutes. */
const longestTable = 500;
/** No column gets narrower than this on any terminal. */
const narrowest = 8;

/** Rows below each other. On a terminal the columns named in `cuttable` are cut, so that each row is one line. */
export function tableText(
  { colored, columns }: TableSettings,
  head: readonly string[] | null,
  rows: readonly (readonly Cell[])[],
  cuttable: readonly string[] = [],
): string {
  const plain = [...(head === null ? [] : [head]), ...rows.map((row) => row.map(textOf))];
  const natural = (plain[0] ?? []).map((_, at) =>
    plain.reduce((most, row) => Math.max(most, lengthOf(row[at] ?? '')), 0),
  );
  const may = (head ?? []).map((name) => cuttable.includes(name));
  const widths = columns === null ? natural : fitted(natural, may, columns);
  if (rows.length > longestTable) return linesOf(colored, widths, head, rows);
  const table = new Table({
    chars: bare,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: widths.map((width, at) => (width === natural[at] ? null : width)),
    ...(head === null ? {} : { head: head.map((name) => painted(colored, 'bold', name)) }),
  });
  table.push(
    ...rows.map((row) =>
      row.map((cell) => (isPainted(cell) ? painted(colored, cell.color, textOf(cell)) : textOf(cell))),
    ),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The same for any number of rows, without regard to characters that take two columns. */
function linesOf(
  colored: boolean,
  widths: readonly number[],
  head: readonly string[] | null,
  rows: readonly (readonly Cell[])[],
): string {
  const heads: readonly (readonly Cell[])[] =
    head === null ? [] : [head.map((text): Painted => ({ color: 'bold', text }))];
  const cellOf = (cell: Cell, width: number): string => {
    const characters = [...textOf(cell)];
    const cut = characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : characters.join('');
    const padded = cut + ' '.repeat(Math.max(0, width - characters.length));
    return isPainted(cell) ? painted(colored, cell.color, padded) : padded;
  };
  return [...heads, ...rows]
    .map((row) =>
      row
        .map((cell, at) => cellOf(cell, widths[at] ?? 0))
        .join(' '.repeat(gap))
        .trimEnd(),
    )
    .join('\n');
}

export function painted(colored: boolean, color: Color, text: string): string {
  return colored ? styleText(color, text, { validateStream: false }) : text;
}

/** Shrinks the widest column that may be cut, until the row fits or nothing is left to cut. */
function fitted(natural: readonly number[], may: readonly boolean[], columns: number): readonly number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
  while (total() > columns) {
    const widest = widths.reduce(
      (best, width, at) => (may[at] === true && width > narrowest && width > (widths[best] ?? 0) ? at : best),
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function isPainted(cell: Cell): cell is Painted {
  return typeof cell === 'object' && cell !== null;
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '–';
  return printable(isPainted(cell) ? cell.text : String(cell));
}

function lengthOf(text: string): number {
  return [...text].length;
}
