import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { InvitationInput } from '../ports/invitation-input.js';
import { inputOf, wholeNumber, type InvitationFlags } from './flags.js';
import { bytesOf, utf8Of } from './stdin.js';
import { readTable, type FileRow } from './table-file.js';
import { CommandError, usage, type Terminal } from './terminal.js';

/** The input of one row; `issues` when it cannot be read. */
export type AskedRow = { readonly input: InvitationInput } | { readonly issues: readonly string[] };

export interface AskedRows {
  readonly rows: readonly AskedRow[];
  /** Columns that are not recognized. */
  readonly unknown: readonly string[];
}

/** Columns of a file, in the form of a table header. */
export const columns: ReadonlyMap<string, keyof InvitationFlags> = new Map([
  ['email', 'email'],
  ['domain', 'domain'],
  ['uses', 'uses'],
  ['expires', 'expires'],
  ['not_before', 'notBefore'],
  ['zone', 'zone'],
  ['label', 'label'],
  ['note', 'note'],
  ['flow', 'flow'],
  ['redirect', 'redirect'],
  ['reserve', 'reserve'],
  ['data', 'data'],
  ['inviter', 'inviter'],
]);

const most = 1_000_000;

/** The given number of equal rows. */
export function rowsAlike(count: string, common: InvitationFlags, now: number): AskedRows {
  const input = inputOf(common, now);
  return { rows: Array.from({ length: wholeNumber(count, '--count', 1, most) }, () => ({ input })), unknown: [] };
}

/** The rows of a file, or of standard input for `-`; `common` applies to fields that a row leaves empty. */
export async function rowsOfFile(file: string, common: InvitationFlags, terminal: Terminal): Promise<AskedRows> {
  const records = await readRows(file, terminal);
  // Checked once here: mistakes of the command itself would otherwise be reported for every row.
  inputOf(common, terminal.now());
  const names = new Set(records.flatMap((record) => ('cells' in record ? Object.keys(record.cells) : [])));
  return {
    rows: records.map((record) =>
      'cells' in record ? rowOf({ ...common, ...flagsOf(record.cells) }, terminal.now()) : record,
    ),
    unknown: [...names].filter((column) => !columns.has(folded(column))),
  };
}

/** The rows of a file, or of standard input for `-`. */
export async function readRows(file: string, terminal: Terminal): Promise<readonly FileRow[]> {
  const name = file === '-' ? 'standard input' : file;
  const bytes = file === '-' ? await bytesOf(terminal.stdin) : read(resolve(terminal.cwd, file));
  const records = readTable(utf8Of(bytes, name), name, folded);
  if (records.length === 0) throw usage(`there is no row in ${name}`);
  if (records.length > most) throw usage(`${name} has more than ${most.toLocaleString('en')} rows`);
  refuseElsewhere(records, name);
  return records;
}

function rowOf(flags: InvitationFlags, now: number): AskedRow {
  try {
    return { input: inputOf(flags, now) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { issues: [error.message] };
  }
}

/** What a column of a file cannot say, by its folded name. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['tenant', 'use --tenant'],
  ['by', 'use --by'],
  ['custom_code', 'make it with "invite create --custom-code"'],
  ['one_per_person', 'use --one-per-person'],
]);

/** @throws CommandError for a column that would be left out, or be a value of a mail, although it means something */
function refuseElsewhere(rows: readonly FileRow[], name: string): void {
  for (const row of rows) {
    for (const column of 'cells' in row ? Object.keys(row.cells) : []) {
      const instead = elsewhere.get(folded(column));
      if (instead !== undefined) throw usage(`${name}: the column '${column}' cannot be given in a file: ${instead}`);
    }
  }
}

/** One row's columns as flags; empty cells count as not set. */
export function flagsOf(row: Readonly<Record<string, unknown>>): InvitationFlags {
  const found = Object.entries(row).flatMap(([column, value]): (readonly [string, string])[] => {
    const name = columns.get(folded(column));
    if (name === undefined || value === undefined || value === null || value === '') return [];
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
  return Object.fromEntries(found);
}

/** `notBefore`, `Not before` and `not_before` are one column, `E-Mail` and `email` another. */
export function folded(column: string): string {
  const name = column
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase();
  return name === 'e_mail' ? 'email' : name;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw usage(`--file: ${error instanceof Error ? error.message : String(error)}`);
  }
}
