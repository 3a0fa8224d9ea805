import { watchInterruption } from '../interruption.js';
import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { csvRules } from '../../base/csv.js';
import type { SentRow } from '../../invitations/mailing/send-many.js';
import { actorOf, describeFurtherTerms, describeMailedEnd, withActor, withForce, withTenant } from '../flags.js';
import { mailedInput, mailedRows, type MailedFlags, type MailedRow } from '../mailed-rows.js';
import { managerOf } from '../manager-of.js';
import { checkOut, openOut } from '../out-file.js';
import type { Output } from '../output.js';
import type { Action } from '../program.js';
import { countsOf, countsText, reasonOf } from '../row-report.js';
import { sendInSlices } from '../send-slices.js';
import { exitCodeOf, messageOf, type Session } from '../session.js';
import { exitCodes, usage } from '../terminal.js';
import { tellMails, waitForMails, type MailsOutcome } from '../wait-for-mails.js';

interface SendFlags extends MailedFlags {
  readonly file?: string;
  readonly value?: readonly string[];
  readonly out?: string;
  readonly preview?: boolean;
  readonly again?: boolean;
  readonly keep?: boolean;
  readonly force?: boolean;
  readonly by?: string;
}

const examples = `
Columns of a file:
  email, expires, zone, locale, app, label, note, flow, redirect, reserve,
  data, inviter
Every other column is a value for the wording of the mail: "First name" is
{first_name}. The command waits until its mails were sent or failed, and says
which it leaves to the running app.

Examples:
  express-enrollment invite send ann@example.com --expires 7d --value name=Ann
  express-enrollment invite send --file people.csv --preview
  express-enrollment invite send --file people.csv --locale de --out links.csv`;

/** `invite send` */
export function addSendCommand(invite: Command, action: Action): void {
  const send = invite
    .command('send')
    .argument('[email]', 'the address, unless there is a file')
    .description('mail invitations; a bad row of a file stops no other');
  withForce(withTenant(withActor(describeFurtherTerms(describeMailedEnd(send)))))
    .option('-f, --file <file>', 'one per row of a CSV or JSON file in UTF-8; - reads standard input')
    .option('--locale <tag>', 'the language of the mail')
    .option('--app <name>', 'the app that the mail names')
    .option('--value <name=text>', 'a value for the wording of the mail; may be repeated', collected)
    .option('--inviter <user>', 'the account that invites; its limits are counted')
    .option('--reserve <time>', 'keeps the seat from the code page on: 15m, 90s, 2h; from 30s to 24h')
    .option('-o, --out <file>', 'write the codes and links of the creator to this file, which must not exist')
    .option('--preview', 'send nothing, tell what would be sent')
    .option('--again', 'invite addresses that have an open invitation or an account again')
    .option('--keep', 'leave earlier invitations of the same address valid')
    .addHelpText('after', examples)
    .action(
      action(async (session, email: string | undefined, flags: SendFlags) => {
        const { terminal } = session;
        if ((email === undefined) === (flags.file === undefined)) throw usage('name either an address or --file');
        if (flags.preview === true && flags.out !== undefined)
          throw usage('--preview makes no codes: leave --out away');
        checkOut(terminal, flags.out);
        await sendRows(session, await rowsOf(email, flags, session), flags);
      }),
    );
}

async function rowsOf(
  email: string | undefined,
  { value, ...flags }: SendFlags,
  { terminal }: Session,
): Promise<readonly MailedRow[]> {
  const { file, out: _out, preview: _preview, again: _again, keep: _keep, force: _force, by: _by, ...common } = flags;
  if (file !== undefined) {
    if (value !== undefined) throw usage('--value goes with an address: a file has columns');
    return mailedRows(file, common, terminal);
  }
  return [
    { input: mailedInput({ ...common, email: email ?? '' }, Object.fromEntries((value ?? []).map(pairOf)), terminal) },
  ];
}

async function sendRows(session: Session, rows: readonly MailedRow[], flags: SendFlags): Promise<void> {
  const { output, terminal, fail } = session;
  if (flags.preview !== true) await session.makesCodes(flags.force === true);
  const manager = await managerOf(session, flags);
  const file = flags.out === undefined ? null : openOut(terminal, flags.out);
  const interruption = watchInterruption(session);
  const report: SentRow[] = [];
  let stopped: unknown = null;
  try {
    const settings = {
      ...actorOf(flags, terminal),
      preview: flags.preview === true,
      again: flags.again === true,
      ...(flags.keep === true ? { onEarlier: 'keep' as const } : {}),
    };
    for await (const slice of sendInSlices(manager, rows, settings)) {
      file?.write(csvOf(slice, rows, report.length === 0));
      report.push(...slice);
      output.progress(report.length, rows.length);
      if (interruption.asked) break;
    }
  } catch (error) {
    if (report.length === 0) throw error;
    stopped = error;
  } finally {
    interruption.end();
    file?.close();
  }
  const mails = await waitForMails(
    session,
    await session.unready(),
    report.map((row) => (row.type === 'sent' ? row.mail : null)),
  );
  tell(output, report, rows, { isFiled: flags.out !== undefined, mails });
  tellMails(session, mails);
  if (report.some(({ type }) => type !== 'sent' && type !== 'fine')) fail();
  if (report.length === rows.length) return;
  if (stopped !== null) output.error(`${messageOf(stopped)}. Rows from ${String(report.length + 1)} on were not sent`);
  fail(stopped === null ? exitCodes.interrupted : exitCodeOf(stopped));
}

function tell(
  output: Output,
  report: readonly SentRow[],
  rows: readonly MailedRow[],
  { isFiled, mails }: { readonly isFiled: boolean; readonly mails: MailsOutcome },
): void {
  const left = rows.length - report.length;
  const reported = report.map((row) => reportedRow(row, mails));
  const counts = countsOf(reported);
  const shown = reported.map(({ row, type, why }) => ({
    ...(isFiled ? withoutCode(row) : row),
    type,
    ...(why === null ? {} : { text: why }),
  }));
  output.answer({ ...Object.fromEntries(counts), rows: shown, mails, ...(left > 0 ? { left } : {}) }, () =>
    output.table(
      ['row', 'is', 'for', 'mail'],
      reported.map(({ row, type, why }) => [
        row.row,
        type,
        emailOf(rows, row),
        why ?? (row.type === 'sent' ? mailOf(row, isFiled) : reasonOf(row)),
      ]),
      ['for', 'mail'],
    ),
  );
  output.note(countsText(counts));
}

/** A row whose mail was ordered, and then refused for good, is `failed`. `why`: its cause. */
function reportedRow(
  row: SentRow,
  { failed }: MailsOutcome,
): { readonly row: SentRow; readonly type: SentRow['type']; readonly why: string | null } {
  const refused = row.type === 'sent' ? failed.find(({ mail }) => mail === row.mail) : undefined;
  if (refused === undefined) return { row, type: row.type, why: null };
  const { state, why } = refused;
  return {
    row,
    type: 'failed',
    why: `its mail ${state === 'failed' ? 'failed' : `is ${state}`}${why === '' ? '' : `: ${why}`}`,
  };
}

/** Without a mailer the link is shown to its creator, this once. */
function mailOf({ mail, url }: Extract<SentRow, { readonly type: 'sent' }>, isFiled: boolean): string {
  return mail ?? (isFiled ? 'no mailer: the link is in the file' : `no mailer: pass on ${url}`);
}

function withoutCode(row: SentRow): object {
  return row.type === 'sent' ? { row: row.row, type: row.type, id: row.id, mail: row.mail } : row;
}

function emailOf(rows: readonly MailedRow[], { row }: SentRow): string | null {
  const one = rows[row - 1];
  return one === undefined || 'issues' in one ? null : one.input.email;
}

function csvOf(slice: readonly SentRow[], rows: readonly MailedRow[], first: boolean): string {
  const sent = slice.filter((row) => row.type === 'sent');
  const lines = sent.map((row) => [row.row, row.id, emailOf(rows, row) ?? '', row.code, row.url, row.mail ?? '']);
  return stringify([...(first ? [['row', 'id', 'email', 'code', 'url', 'mail']] : []), ...lines], csvRules());
}

function collected(one: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), one];
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`--value must be name=text, not '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}
