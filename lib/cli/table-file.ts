import { parse } from 'csv-parse/sync';
import { isJsonObject } from '../base/json.js';
import { usage } from './terminal.js';

/** One row of a file: its cells by column, or why it cannot be read. */
export type FileRow = { readonly cells: Readonly<Record<string, unknown>> } | { readonly issues: readonly string[] };

/**
 * Rows of CSV or JSON. A row with more cells than columns is an error of that row; a column without a name is left out
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
  const [head = [], ...lines] = linesOf(text, file);
  const unnamed = head.flatMap((name, at) => (name === '' ? [at] : []));
  for (const at of unnamed) {
    const row = lines.findIndex((line) => line.length <= head.length && (line[at] ?? '') !== '');
    if (row !== -1)
      throw usage(`${file}: column ${String(at + 1)} has no name, but row ${String(row + 1)} has a value in it`);
  }
  const exact = head.find((name, at) => name !== '' && head.indexOf(name) !== at);
  if (exact !== undefined) throw usage(`${file}: there are two columns '${exact}'`);
  return lines.map((line) => {
    if (line.slice(head.length).some((cell) => cell !== ''))
      return { issues: [`has ${String(line.length)} values for ${String(head.length)} columns`] };
    return { cells: Object.fromEntries(head.flatMap((name, at) => (name === '' ? [] : [[name, line[at] ?? '']]))) };
  });
}

function linesOf(text: string, file: string): readonly (readonly string[])[] {
  const [head = ''] = text.split(/\r?\n/, 1);
  // In many locales, spreadsheets write semicolons.
  const delimiters = [',', ';', '\t'].map((mark) => ({ mark, times: head.split(mark).length }));
  const { mark } = delimiters.reduce((best, one) => (one.times > best.times ? one : best));
  try {
    const listed: unknown = parse(text, {
      delimiter: mark,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
    });
    return Array.isArray(listed) ? listed.map((line: unknown) => (Array.isArray(line) ? line.map(String) : [])) : [];
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Error {
  return usage(`${file} cannot be read as CSV or JSON: ${error instanceof Error ? error.message : String(error)}`);
}
