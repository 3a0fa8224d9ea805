import type { Command } from 'commander';
import { managerOf } from '../manager-of.js';
import { actorOf, withActor, withTenant } from '../flags.js';
import { idOf } from '../invitation-id.js';
import { printable } from '../printable.js';
import type { Action } from '../program.js';
import { usage } from '../terminal.js';

interface RevokeFlags {
  readonly tree?: boolean;
  readonly inviter?: string;
  readonly preview?: boolean;
  readonly by?: string;
  readonly tenant?: string;
}

const examples = `
Accounts that came by it stay: ending them is the app's own business.

Examples:
  express-enrollment invite revoke 8646f2106b33
  express-enrollment invite revoke 8646f2106b33 --tree --preview
  express-enrollment invite revoke --inviter 4711`;

/** `invite revoke`, `release` */
export function addRevokeCommands(invite: Command, action: Action): void {
  withTenant(
    withActor(
      invite
        .command('revoke')
        .argument('[id]', 'or its beginning, or its code')
        .description('end an invitation; waits for accounts that are being written, at most a minute'),
    ),
  )
    .option('--tree', 'and everything below it: what the accounts that came by it have made, and so on')
    .option('--inviter <user>', 'instead of an id: all that this account has made, and everything below')
    .option('--preview', 'with --tree or --inviter: changes nothing, tells what would end')
    .addHelpText('after', examples)
    .action(
      action(async (session, typed: string | undefined, flags: RevokeFlags) => {
        const { output, terminal } = session;
        const single = flags.tree !== true && flags.inviter === undefined;
        if ((typed === undefined) === (flags.inviter === undefined)) throw usage('name either an id or --inviter');
        if (single && flags.preview === true) throw usage('--preview goes with --tree or --inviter');
        const manager = await managerOf(session, flags);
        const actor = actorOf(flags, terminal);
        const id = typed === undefined ? null : await idOf(manager, typed);
        if (id !== null && single) {
          const revoked = await manager.revoke(id, actor);
          output.answer(revoked, () =>
            output.record([
              ['accounts made with it', revoked.redeemed],
              ['being written when it ended', revoked.inFlight],
              ['of these, became accounts', revoked.becameAccounts],
              ['still being written', revoked.stillOpen],
            ]),
          );
          return;
        }
        const root = id === null ? { inviter: flags.inviter ?? '' } : { invitation: id };
        const ended = await manager.revokeDescendants(root, { ...actor, preview: flags.preview === true });
        output.answer(ended, () =>
          [
            `${flags.preview === true ? 'would end' : 'ended'}: ${String(ended.invitations.length)} invitation(s)`,
            ...ended.invitations.map((invitation) => `  ${invitation}`),
            `accounts that came by them, which stay: ${String(ended.accounts.length)}`,
            ...ended.accounts.map(
              ({ user, depth, accepted }) => `${'  '.repeat(depth)}${printable(user)}${accepted ? ' (accepted)' : ''}`,
            ),
            ...(ended.cut ? ['There is more below than was read: do it again.'] : []),
          ].join('\n'),
        );
      }),
    );

  withTenant(
    invite
      .command('release')
      .argument('<id>', 'or its beginning')
      .argument('<plan>', 'as "show" tells it')
      .description('release a reservation'),
  ).action(
    action(async (session, typed: string, plan: string, flags: { tenant?: string }) => {
      const { output, fail } = session;
      const manager = await managerOf(session, flags);
      const released = await manager.releaseReservation(await idOf(manager, typed), plan);
      if (!released) fail();
      output.answer({ released }, () =>
        released ? 'released' : 'there is no such reservation, or its account is being written',
      );
    }),
  );
}
