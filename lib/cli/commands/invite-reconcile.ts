import type { Command } from 'commander';
import { everyPage } from '../../base/paging.js';
import type { InvitationManager } from '../../invitations/management/invitation-manager.js';
import { withTenant } from '../flags.js';
import { idOf } from '../invitation-id.js';
import { managerOf } from '../manager-of.js';
import { printable } from '../printable.js';
import type { Action } from '../program.js';
import { usage } from '../terminal.js';

interface ReconcileFlags {
  readonly all?: boolean;
  readonly tenant?: string;
}

/** `invite reconcile` */
export function addReconcileCommand(invite: Command, action: Action): void {
  withTenant(
    invite
      .command('reconcile')
      .argument('[id]', 'or its beginning, or its code')
      .description('make the counts exact after Redis was lost or set back: asks the user store'),
  )
    .option('--all', 'every invitation')
    .action(
      action(async (session, typed: string | undefined, flags: ReconcileFlags) => {
        const { output } = session;
        if ((typed === undefined) === (flags.all !== true)) throw usage('name either an id or --all');
        const manager = await managerOf(session, flags);
        let invitations = 0;
        let changed = 0;
        const orphaned: { readonly invitation: string; readonly seat: string; readonly user: string | null }[] = [];
        for await (const id of typed === undefined ? idsOf(manager) : [await idOf(manager, typed)]) {
          invitations += 1;
          changed += await manager.reconcile(id);
          for (const { seat, user } of await manager.orphanedSeats(id)) orphaned.push({ invitation: id, seat, user });
        }
        // The seats stay claimed, so this is a finding and no failure.
        output.answer({ invitations, changed, orphaned }, () =>
          [
            `${String(changed)} seat(s) of ${String(invitations)} invitation(s) put right`,
            ...(orphaned.length === 0
              ? []
              : [`${String(orphaned.length)} taken seat(s) without a redemption in the database:`]),
            ...orphaned.map(({ invitation, seat, user }) => `  ${invitation} ${seat} ${printable(user ?? '')}`),
          ].join('\n'),
        );
      }),
    );
}

async function* idsOf(manager: InvitationManager): AsyncGenerator<string> {
  for await (const page of everyPage((cursor) => manager.list({ limit: 1000, ...cursor })))
    yield* page.items.map(({ id }) => id);
}
