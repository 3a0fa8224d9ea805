import { watchInterruption } from '../interruption.js';
import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { csvRules } from '../../base/csv.js';
import type { BulkRow } from '../../invitations/management/bulk-row.js';
import { columns, rowsAlike, rowsOfFile, type AskedRow, type AskedRows } from '../bulk-rows.js';
import { createInSlices } from '../bulk-slices.js';
import { managerOf } from '../manager-of.js';
import {
  actorOf,
  describeSeats,
  describeTerms,
  withActor,
  withForce,
  withTenant,
  type InvitationFlags,
} from '../flags.js';
import { checkOut, openOut } from '../out-file.js';
import type { Output } from '../output.js';
import type { Action } from '../program.js';
import { countsOf, countsText, reasonOf } from '../row-report.js';
import { errorRecord, exitCodeOf, messageOf, type Session } from '../session.js';
import { exitCodes, ReaderGone, usage, type Terminal } from '../terminal.js';

interface BulkFlags extends InvitationFlags {
  readonly count?: string;
  readonly file?: string;
  readonly out?: string;
  readonly preview?: boolean;
  readonly again?: boolean;
  readonly force?: boolean;
  readonly by?: string;
}

const examples = `
Columns of a file:
  ${[...columns.keys()].slice(0, 7).join(', ')},
  ${[...columns.keys()].slice(7).join(', ')}
What the options say counts for every row that says nothing itself. The codes
come as CSV (row, id, email, code, url), bad rows on standard error. Ctrl-C
stops after the rows under way; what was made is in the answer.

Examples:
  express-enrollment invite bulk --count 500 --expires 4w --out codes.csv
  express-enrollment invite bulk --file people.csv --preview
  cat people.json | express-enrollment invite bulk --file - --label autumn`;

/** `invite bulk` */
export function addBulkCommand(invite: Command, action: Action): void {
  const bulk = invite.command('bulk').description('make many invitations; a bad row stops no other');
  withForce(withTenant(withActor(describeTerms(describeSeats(bulk)))))
    .option('-n, --count <n>', 'so many alike; at most 1,000,000')
    .option('-f, --file <file>', 'one per row of a CSV or JSON file in UTF-8; - reads standard input')
    .option('-o, --out <file>', 'write the codes to this file, which must not exist, instead of showing them')
    .option('--preview', 'make nothing, tell what would be made')
    .option('--again', 'invite addresses that have an open invitation or an account again')
    .addHelpText('after', examples)
    .action(
      action(async (session, flags: BulkFlags) => {
        const { output, terminal } = session;
        if (flags.preview === true && flags.out !== undefined)
          throw usage('--preview makes no codes: leave --out away');
        checkOut(terminal, flags.out);
        const { rows, unknown } = await askedRows(flags, terminal);
        if (unknown.length > 0) output.note(`columns that are passed over: ${unknown.join(', ')}`);
        await make(session, rows, flags);
      }),
    );
}

async function askedRows(flags: BulkFlags, terminal: Terminal): Promise<AskedRows> {
  const { count, file, by: _by, out: _out, preview: _preview, again: _again, force: _force, ...common } = flags;
  if (file !== undefined && count === undefined) return rowsOfFile(file, common, terminal);
  if (count !== undefined && file === undefined) return rowsAlike(count, common, terminal.now());
  throw usage('give either --count or --file');
}

async function make(session: Session, rows: readonly AskedRow[], flags: BulkFlags): Promise<void> {
  const { output, terminal, fail } = session;
  if (flags.preview !== true) await session.makesCodes(flags.force === true);
  const manager = await managerOf(session, flags);
  const file = flags.out === undefined ? null : openOut(terminal, flags.out);
  const interruption = watchInterruption(session);
  const report: BulkRow[] = [];
  let stopped: unknown = null;
  try {
    const settings = { ...actorOf(flags, terminal), preview: flags.preview === true, again: flags.again === true };
    for await (const slice of createInSlices(manager, rows, settings)) {
      const csv = csvOf(slice, rows, !report.some(isCreated));
      report.push(...slice);
      if (file !== null) file.write(csv);
      else if (!output.json) await output.raw(csv);
      output.progress(report.length, rows.length);
      if (interruption.asked) break;
    }
  } catch (error) {
    stopped = error;
  } finally {
    interruption.end();
    file?.close();
  }
  tell(output, report, rows, flags.out !== undefined, stopped);
  if (report.some(({ type }) => type !== 'created' && type !== 'fine')) fail();
  if (report.length === rows.length && stopped === null) return;
  fail(stopped === null ? exitCodes.interrupted : exitCodeOf(stopped));
}

function tell(
  output: Output,
  report: readonly BulkRow[],
  rows: readonly AskedRow[],
  filed: boolean,
  stopped: unknown,
): void {
  if (stopped instanceof ReaderGone) return;
  const counts = countsOf(report);
  const left = rows.length - report.length;
  if (output.json) {
    const answer = {
      ...Object.fromEntries(counts),
      rows: filed ? report.map(withoutCode) : report,
      ...(left > 0 ? { left } : {}),
      ...(stopped === null ? {} : { error: errorRecord(stopped) }),
    };
    output.answer(answer, () => '');
  }
  const bad = report.filter(({ type }) => type !== 'created' && type !== 'fine');
  const lines = bad.map((row) => [row.row, row.type, emailOf(rows, row), isCreated(row) ? '' : reasonOf(row)]);
  if (bad.length > 0 && !output.json) output.note(output.table(['row', 'is', 'for', 'why'], lines, ['for']));
  if (stopped !== null)
    output.error(
      `${messageOf(stopped)}. Of rows ${String(report.length + 1)} and the next some may have been made without their codes being known: look for them with "invite list", and revoke them`,
    );
  else if (left > 0) output.note(`interrupted: rows from ${String(report.length + 1)} on were not begun`);
  output.note(countsText(counts) || 'nothing was made');
}

function isCreated(row: BulkRow): row is BulkRow & { readonly type: 'created' } {
  return row.type === 'created';
}

function withoutCode(row: BulkRow): object {
  return row.type === 'created' ? { row: row.row, type: row.type, id: row.id } : row;
}

function emailOf(rows: readonly AskedRow[], { row }: BulkRow): string | null {
  const one = rows[row - 1];
  return one === undefined || 'issues' in one ? null : (one.input.email ?? null);
}

function csvOf(slice: readonly BulkRow[], rows: readonly AskedRow[], first: boolean): string {
  const made = slice
    .filter(isCreated)
    .map((row) => [row.row, row.id, emailOf(rows, row) ?? '', row.code, row.url ?? '']);
  if (made.length === 0) return '';
  return stringify([...(first ? [['row', 'id', 'email', 'code', 'url']] : []), ...made], csvRules());
}
