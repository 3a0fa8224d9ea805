import type { Command } from 'commander';
import { mailIdOf } from '../../invitations/mailing/order-mail.js';
import type { InvitationTerms } from '../../waitlist/parts.js';
import type { WaitlistReport } from '../../waitlist/report.js';
import type { Selection } from '../../waitlist/select.js';
import type { Waitlist } from '../../waitlist/waitlist.js';
import type { Administered } from '../configuration.js';
import { actorOf, describeTerms, inputOf, wholeNumber, withActor, withForce, type InvitationFlags } from '../flags.js';
import type { Output } from '../output.js';
import type { Action } from '../program.js';
import { countsText } from '../row-report.js';
import type { Session } from '../session.js';
import { usage } from '../terminal.js';
import { tellMails, waitForMails, type MailsOutcome } from '../wait-for-mails.js';

interface SelectFlags {
  readonly first?: string;
  readonly by?: string;
  readonly tenant?: string;
}

interface ForceFlags {
  readonly force?: boolean;
}

const approveExamples = `
Without the options "mailer" and "sendInvitation" nothing is sent: the codes
are in the answer, and never shown again.

Examples:
  express-enrollment waitlist approve --first 50 --expires 2w
  express-enrollment waitlist approve ann@example.com bob@example.com`;

/** `waitlist approve`, `refuse` and `resend` */
export function addDecisionCommands(waitlist: Command, action: Action): void {
  const approve = waitlist.command('approve').argument('[who...]', 'ids or addresses');
  withForce(withActor(describeTerms(approve.description('invite, and send the invitation'))))
    .option('--first <n>', 'the oldest n that wait')
    .option('--tenant <tenant>', 'of this tenant')
    .addHelpText('after', approveExamples)
    .action(
      action(async (session, who: string[], flags: SelectFlags & InvitationFlags & ForceFlags) => {
        const { first: _first, by: _by, tenant: _tenant, force, ...described } = flags;
        const [selection, terms] = [selectionOf(who, flags), termsOf(described, session.terminal.now())];
        await session.makesCodes(force === true);
        await decide(session, (list) => list.approve(selection, terms, actorOf(flags, session.terminal)));
      }),
    );

  withActor(waitlist.command('refuse').argument('[who...]', 'ids or addresses').description('say no; nothing is sent'))
    .option('--first <n>', 'the oldest n that wait')
    .option('--tenant <tenant>', 'of this tenant')
    .action(
      action(async (session, who: string[], flags: SelectFlags) => {
        const selection = selectionOf(who, flags);
        await decide(session, (list) => list.refuse(selection, actorOf(flags, session.terminal)));
      }),
    );

  withForce(
    waitlist
      .command('resend')
      .argument('<who...>', 'ids or addresses')
      .description('invite again; the invitation before is revoked'),
  )
    .option('--keep', 'the invitation before stays valid')
    .option('--tenant <tenant>', 'of this tenant')
    .action(
      action(
        async (
          session,
          who: string[],
          { keep = false, force, ...flags }: ForceFlags & { keep?: boolean; tenant?: string },
        ) => {
          const selection = selectionOf(who, flags);
          await session.makesCodes(force === true);
          await decide(session, (list) => list.resend(selection, { keep }));
        },
      ),
    );
}

/** Decides on many entries. Ctrl-C waits: codes that were created and not shown would be lost. */
async function decide(session: Session, act: (list: Waitlist) => Promise<WaitlistReport>): Promise<void> {
  const { output, terminal, enrollment, fail } = session;
  const administered = await enrollment();
  const listen = terminal.onInterrupt?.(() => {
    output.note('\nfinishing what was begun; again: at once');
  });
  try {
    const report = await act(administered.waitlist);
    const mails = await waitForMails(session, administered, await mailsOf(administered, report));
    tell(output, report, { fail, mails });
    tellMails(session, mails);
  } finally {
    listen?.();
  }
}

/** The last mails of the invitations that were made; those that the app sends itself have none. */
async function mailsOf(
  { invitations }: Pick<Administered, 'invitations'>,
  { rows }: WaitlistReport,
): Promise<readonly string[]> {
  const made = rows.flatMap(({ outcome, invitation }) =>
    invitation !== null && (outcome === 'sent' || outcome === 'approved') ? [invitation] : [],
  );
  const found: string[] = [];
  for (const id of made) {
    const { mail } = await invitations.get(id);
    if (mail !== null && mail.ordered > 0) found.push(mailIdOf(id, mail.ordered));
  }
  return found;
}

function tell(
  output: Output,
  report: WaitlistReport,
  { fail, mails }: { readonly fail: () => void; readonly mails: MailsOutcome },
): void {
  if (report.failed + report.unknown > 0) fail();
  output.answer({ ...report, mails }, () => {
    const { rows, ...counts } = report;
    const table = output.table(
      ['who', 'outcome', 'code', 'link', 'problem'],
      rows.map((row) => [row.email ?? row.selected, row.outcome, row.code, row.url, row.error]),
    );
    const came = Object.entries(counts).filter(([, count]) => count > 0);
    return [rows.length === 0 ? '' : table, countsText(came) || 'none'].filter((part) => part !== '').join('\n');
  });
}

function selectionOf(who: readonly string[], { first, tenant }: SelectFlags): Selection {
  const scope = tenant === undefined ? {} : { tenant };
  if ((who.length === 0) === (first === undefined)) throw usage('name addresses or ids, or --first');
  if (first !== undefined) return { first: wholeNumber(first, '--first', 1, 10_000), ...scope };
  const addresses = who.filter((one) => one.includes('@'));
  if (addresses.length === 0) return { ids: who, ...scope };
  if (addresses.length < who.length) throw usage('name addresses or ids, not both');
  return { emails: addresses, ...scope };
}

/** The terms that an approval may set; the entry provides the rest. */
function termsOf(flags: InvitationFlags, now: number): InvitationTerms {
  const { expires, notBefore, data, label, note, flow, redirect } = inputOf(flags, now);
  return {
    ...(expires === undefined ? {} : { expires }),
    ...(notBefore === undefined || notBefore === null ? {} : { notBefore }),
    ...(data === undefined ? {} : { data }),
    ...(label === undefined ? {} : { label }),
    ...(note === undefined ? {} : { note }),
    ...(flow === undefined || flow === null ? {} : { flow }),
    ...(redirect === undefined || redirect === null ? {} : { redirect }),
  };
}
