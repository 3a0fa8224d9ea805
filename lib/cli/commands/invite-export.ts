import type { Command } from 'commander';
import { everyPage } from '../../base/paging.js';
import type { InvitationSummary } from '../../invitations/access/eligibility.js';
import type { InvitationManager } from '../../invitations/management/invitation-manager.js';
import { deliver, jsonList } from '../deliver.js';
import { oneOf, withTenant } from '../flags.js';
import { managerOf } from '../manager-of.js';
import { checkOut } from '../out-file.js';
import type { Action } from '../program.js';
import { queryOf, withQuery, type QueryFlags } from '../query.js';

type ExportFlags = QueryFlags & { readonly of: string; readonly out?: string };
type Query = ReturnType<typeof queryOf>;

const examples = `
Never a code: only hashes of codes are kept. With --json it is a list of records
instead of CSV.

Examples:
  express-enrollment invite export --of accounts --out accounts.csv
  express-enrollment invite export --state expired | wc -l`;

/** `invite export` */
export function addExportCommand(invite: Command, action: Action): void {
  withTenant(withQuery(invite.command('export').description('CSV of all, for a spreadsheet or an archive')))
    .option('--of <what>', 'invitations, or accounts that came by them', 'invitations')
    .option('-o, --out <file>', 'write to this file, which must not exist')
    .addHelpText('after', examples)
    .action(
      action(async (session, { of: what, out, ...flags }: ExportFlags) => {
        const of = oneOf(['invitations', 'accounts'], what, '--of');
        const query = queryOf(flags);
        checkOut(session.terminal, out);
        const manager = await managerOf(session, flags);
        if (!session.output.json) return deliver(session, manager.exportCsv({ ...query, of }), out);
        const records = of === 'accounts' ? accounts(manager, query) : invitations(manager, query);
        return deliver(session, jsonList(records), out);
      }),
    );
}

async function* invitations(manager: InvitationManager, query: Query): AsyncGenerator<InvitationSummary> {
  for await (const page of everyPage((cursor) => manager.list({ ...query, limit: 500, ...cursor }))) yield* page.items;
}

async function* accounts(manager: InvitationManager, query: Query): AsyncGenerator<object> {
  for await (const { id, label, tenant, inviter } of invitations(manager, query)) {
    for await (const page of everyPage((cursor) => manager.seats(id, { limit: 500, ...cursor }))) {
      for (const { seat, user, at } of page.seats) {
        if (user !== null) yield { user, redeemedAt: at, invitation: id, seat, label, tenant, inviter };
      }
    }
  }
}
