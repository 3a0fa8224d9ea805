import { didYouMean } from '../base/did-you-mean.js';
import { isValueName } from '../invitations/mailing/mailed-input.js';
import type { MailedInvitationInput } from '../ports/invitation-input.js';
import { columns, flagsOf, folded, readRows } from './bulk-rows.js';
import { inputOf, type InvitationFlags } from './flags.js';
import type { FileRow } from './table-file.js';
import { CommandError, usage, type Terminal } from './terminal.js';

/** The flags of mailed invitations, as Commander passes them. */
export interface MailedFlags extends InvitationFlags {
  readonly locale?: string;
  readonly app?: string;
}

/** The input of one row; `issues` when it cannot be read. */
export type MailedRow = { readonly input: MailedInvitationInput } | { readonly issues: readonly string[] };

/** Columns that are neither a field nor a value. */
const ofMail = ['locale', 'app'] as const;

/** The rows of a file: its fields, and every other column as a value for the mail. */
export async function mailedRows(file: string, common: MailedFlags, terminal: Terminal): Promise<readonly MailedRow[]> {
  const records = await readRows(file, terminal);
  refuseNoAddress(records, file);
  for (const record of records) if ('cells' in record) refuseOddNames(record.cells, file);
  // Checked once here: mistakes of the command itself would otherwise be reported for every row.
  mailedInput(common, {}, terminal);
  return records.map((row) => {
    if (!('cells' in row)) return row;
    const record = row.cells;
    const flags = { ...common, ...flagsOf(record), ...mailFlagsOf(record) };
    try {
      return { input: mailedInput(flags, valuesOf(record), terminal) };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { issues: [error.message] };
    }
  });
}

/** Flags as the input of a mailed invitation, which itself reports invalid values. */
export function mailedInput(
  { locale, app, zone, ...flags }: MailedFlags,
  values: Readonly<Record<string, string>>,
  terminal: Terminal,
): MailedInvitationInput {
  const { email, expires, ...terms } = inputOf({ ...flags, ...(zone === undefined ? {} : { zone }) }, terminal.now());
  return {
    ...terms,
    email: email ?? '',
    ...(expires === undefined || expires === null ? {} : { expires }),
    ...(zone === undefined ? {} : { zone }),
    ...(locale === undefined ? {} : { locale }),
    ...(app === undefined ? {} : { app }),
    ...(Object.keys(values).length === 0 ? {} : { values }),
  };
}

/** @throws CommandError where no row names an address: every row would be invalid for the same reason */
function refuseNoAddress(records: readonly FileRow[], file: string): void {
  const read = records.flatMap((row) => ('cells' in row ? [Object.keys(row.cells)] : []));
  if (read.length === 0 || read.some((names) => names.some((name) => folded(name) === 'email'))) return;
  const names = [...new Set(read.flat())];
  const among = names.length === 0 ? '' : ` among ${names.join(', ')}`;
  throw usage(`${file}: there is no column 'email'${among}, and nothing was sent${didYouMean('email', names)}`);
}

/** @throws CommandError for a column that no value can have the name of: every row would be invalid for it */
function refuseOddNames(record: Readonly<Record<string, unknown>>, file: string): void {
  const odd = Object.keys(record).find((column) => !isKnown(folded(column)) && !isValueName(folded(column)));
  if (odd !== undefined)
    throw usage(
      `${file}: the column '${odd}' cannot be a value of the mail: name it with letters, digits and _, at most 40`,
    );
}

function isKnown(name: string): boolean {
  return columns.has(name) || ofMail.some((one) => one === name);
}

function mailFlagsOf(record: Readonly<Record<string, unknown>>): Pick<MailedFlags, 'locale' | 'app'> {
  const found = Object.entries(record).flatMap(([column, value]): (readonly [string, string])[] => {
    const name = ofMail.find((one) => one === folded(column));
    return name === undefined || typeof value !== 'string' || value === '' ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}

/** `First name` is `{first_name}` in the app's wording. */
function valuesOf(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const found = Object.entries(record).flatMap(([column, value]): (readonly [string, string])[] => {
    const name = folded(column);
    if (isKnown(name)) return [];
    return [[name, typeof value === 'string' ? value : JSON.stringify(value ?? '')]];
  });
  return Object.fromEntries(found);
}
