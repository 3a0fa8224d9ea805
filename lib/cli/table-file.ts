import { isJsonObject } from '../base/json.js';
import { csvLinesOf } from './csv-lines.js';
import { usage } from './terminal.js';

/** One row of a file: its cells by column, or why it cannot be read. */
export type FileRow = { readonly cells: Readonly<Record<string, unknown>> } | { readonly issues: readonly string[] };

/**
 * Rows of CSV or JSON. A row with more cells than columns, or with a quote inside a value, is an error of that row; a column without a name is left out
 * where it is empty. `columnOf`: the name by which a column is known; two with the same are an error.
 * @throws CommandError for a file that cannot be read, or whose columns are not clear
 */
export function readTable(text: string, file: string, columnOf: (name: string) => string): readonly FileRow[] {
  const isJson = /^\s*[[{]/.test(text);
  const rows = isJson ? rowsOfJson(text, file) : rowsOfCsv(text, file);
  for (const [at, row] of rows.entries()) {
    if (!('cells' in row)) continue;
    const twice = sameColumns(Object.keys(row.cells), columnOf);
    if (twice !== null) throw usage(`${file}: ${isJson ? `row ${String(at + 1)}: ` : ''}${twice}`);
    if (!isJson) break;
  }
  return rows;
}

function sameColumns(names: readonly string[], columnOf: (name: string) => string): string | null {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(columnOf(name));
    if (other !== undefined) return `the columns '${other}' and '${name}' mean the same: leave one away`;
    seen.set(columnOf(name), name);
  }
  return null;
}

function rowsOfJson(text: string, file: string): readonly FileRow[] {
  try {
    const listed: unknown = JSON.parse(text);
    if (!Array.isArray(listed)) throw new Error('it holds no list');
    return listed.map((row: unknown, at) => {
      if (!isJsonObject(row)) throw new Error(`row ${String(at + 1)} is no record`);
      return { cells: row };
    });
  } catch (error) {
    throw unreadable(file, error);
  }
}

function rowsOfCsv(text: string, file: string): readonly FileRow[] {
  const [first, ...lines] = csvLines(text, file);
  const head = first === undefined || 'issue' in first ? [] : first.cells;
  const unnamed = head.flatMap((name, at) => (name === '' ? [at] : []));
  for (const at of unnamed) {
    const row = lines.findIndex(
      (line) => 'cells' in line && line.cells.length <= head.length && (line.cells[at] ?? '') !== '',
    );
    if (row !== -1)
      throw usage(`${file}: column ${String(at + 1)} has no name, but row ${String(row + 1)} has a value in it`);
  }
  const exact = head.find((name, at) => name !== '' && head.indexOf(name) !== at);
  if (exact !== undefined) throw usage(`${file}: there are two columns '${exact}'`);
  return lines.map((line) => {
    if ('issue' in line) return { issues: [line.issue] };
    const { cells } = line;
    if (cells.slice(head.length).some((cell) => cell !== ''))
      return { issues: [`has ${String(cells.length)} values for ${String(head.length)} columns`] };
    return { cells: Object.fromEntries(head.flatMap((name, at) => (name === '' ? [] : [[name, cells[at] ?? '']]))) };
  });
}

function csvLines(text: string, file: string): ReturnType<typeof csvLinesOf> {
  try {
    return csvLinesOf(text);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Error {
  return usage(`${file} cannot be read as CSV or JSON: ${error instanceof Error ? error.message : String(error)}`);
}
