import type { Command } from 'commander';
import { invitationStates, withQuery, queryOf, type QueryFlags } from '../query.js';
import { managerOf } from '../manager-of.js';
import { wholeNumber, withTenant } from '../flags.js';
import { idOf } from '../invitation-id.js';
import {
  addressTexts,
  instantText,
  invitationRecord,
  invitationTable,
  ledgerTable,
  seatTable,
  lostText,
} from '../invitation-texts.js';
import type { Action } from '../program.js';
import { firstLine } from '../stdin.js';

type ListFlags = QueryFlags & { readonly limit: string; readonly after?: string };

const listExamples = `
States: ${invitationStates.join(', ')}.
On a terminal ids are cut; commands take the beginning of an id, too.

Examples:
  express-enrollment invite list --search club --state open
  express-enrollment invite list --json --limit 1000 > invitations.json`;

/** `invite list`, `show`, `explain` */
export function addLookCommands(invite: Command, action: Action): void {
  withTenant(withQuery(invite.command('list').description('the newest first, or by the word that is searched')))
    .option('-n, --limit <n>', 'at most so many, 1,000 at a time', '50')
    .option('--after <cursor>', 'what "next" of the page before says')
    .addHelpText('after', listExamples)
    .action(
      action(async (session, { limit, after, ...flags }: ListFlags) => {
        const { output } = session;
        const query = {
          ...queryOf(flags),
          limit: wholeNumber(limit, '--limit', 1, 1000),
          ...(after === undefined ? {} : { after }),
        };
        const page = await (await managerOf(session, flags)).list(query);
        output.answer(page, () => (page.items.length === 0 ? 'none' : invitationTable(output, page.items)));
        const { lost } = await (await session.enrollment()).diagnose();
        if (lost !== null && lost.lost > 0) output.note(lostText(lost));
        if (page.next !== null && !output.json) output.note(`There may be more: --after '${page.next}'`);
      }),
    );

  withTenant(
    invite
      .command('show')
      .argument('<id>', 'or its beginning, or its code')
      .description('everything about one invitation'),
  )
    .option('--ledger', 'what happened to it, too')
    .action(
      action(async (session, typed: string, flags: { ledger?: boolean; tenant?: string }) => {
        const { output } = session;
        const manager = await managerOf(session, flags);
        const id = await idOf(manager, typed);
        const [invitation, { seats, next }] = [await manager.get(id), await manager.seats(id)];
        const ledger = flags.ledger === true ? await manager.ledger(id) : [];
        output.answer({ ...invitation, seats, ...(flags.ledger === true ? { ledger } : {}) }, () =>
          [
            invitationRecord(output, invitation),
            seats.length === 0 ? '' : seatTable(output, seats),
            next === null ? '' : 'There are more seats: invite export --of accounts',
            ledger.length === 0 ? '' : ledgerTable(output, ledger),
          ]
            .filter((part) => part !== '')
            .join('\n\n'),
        );
      }),
    );

  withTenant(
    invite
      .command('explain')
      .argument('<what>', 'what a refusal page shows, a code, or an address; - reads it from standard input')
      .description('the true cause of a refusal, the state of a code, or what an address has'),
  )
    .addHelpText('after', '\nWith - a code stays out of the history of the shell: it is typed, then Ctrl-D.')
    .action(
      action(async (session, given: string, flags: { tenant?: string }) => {
        const { output, terminal, fail } = session;
        const asked = given === '-' ? await firstLine(terminal.stdin) : given;
        const found = await (await managerOf(session, flags)).explain(asked);
        if (found === null) fail();
        output.answer(found, () =>
          found === null
            ? 'nothing is known: references are kept for the last 100 refusals, and no invitation has this code'
            : [
                output.record([
                  ['cause', found.cause],
                  ['when', found.at === null ? 'now' : instantText(found.at)],
                ]),
                found.invitation === null ? '' : invitationRecord(output, found.invitation),
                ...(found.address === undefined ? [] : addressTexts(output, found.address)),
              ]
                .filter((part) => part !== '')
                .join('\n\n'),
        );
      }),
    );
}
