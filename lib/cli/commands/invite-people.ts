import type { Command } from 'commander';
import { managerOf } from '../manager-of.js';
import { actorOf, withActor, withTenant } from '../flags.js';
import { idOf, shown } from '../invitation-id.js';
import { instantText } from '../invitation-texts.js';
import type { Action } from '../program.js';
import { usage } from '../terminal.js';

/** `invite tree`, `line`, `erase` */
export function addPeopleCommands(invite: Command, action: Action): void {
  withTenant(
    invite
      .command('tree')
      .argument('[id]', 'or its beginning')
      .description('the accounts that came from an invitation or an account, and from those'),
  )
    .option('--inviter <user>', 'instead of an id: from this account')
    .action(
      action(async (session, typed: string | undefined, flags: { inviter?: string; tenant?: string }) => {
        const { output } = session;
        if ((typed === undefined) === (flags.inviter === undefined)) throw usage('name either an id or --inviter');
        const manager = await managerOf(session, flags);
        const root =
          typed === undefined ? { inviter: flags.inviter ?? '' } : { invitation: await idOf(manager, typed) };
        const tree = await manager.tree(root);
        output.answer(tree, () =>
          tree.accounts.length === 0
            ? 'no account came from it'
            : output.table(
                ['account', 'when', 'by invitation', 'of'],
                tree.accounts.map(({ user, at, invitation, inviter, depth, accepted }) => [
                  `${'  '.repeat(depth - 1)}${user}${accepted ? ' (accepted)' : ''}`,
                  instantText(at),
                  output.watched ? invitation.slice(0, shown) : invitation,
                  inviter,
                ]),
                ['account', 'of'],
              ),
        );
        if (tree.cut) output.note('There is more than was read: name an account further down with --inviter.');
      }),
    );

  withTenant(
    invite.command('line').argument('<user>', "the account's id").description('the chain of inviters of an account'),
  ).action(
    action(async (session, user: string, flags: { tenant?: string }) => {
      const { output } = session;
      const line = await (await managerOf(session, flags)).inviterChain(user);
      output.answer(line, () =>
        line.length === 0
          ? 'not by an invitation that is known'
          : output.table(
              ['account', 'when', 'by invitation', 'of'],
              line.map(({ user: account, at, invitation, inviter }) => [
                account,
                instantText(at),
                output.watched ? invitation.slice(0, shown) : invitation,
                inviter ?? 'no inviter',
              ]),
              ['account', 'of'],
            ),
      );
    }),
  );

  withTenant(withActor(invite.command('erase').description("take a person out of invitations; the tree's edges stay")))
    .option('--user <user>', "the account's id")
    .option('--email <address>', 'invitations that are bound to this address')
    .action(
      action(async (session, flags: { user?: string; email?: string; by?: string; tenant?: string }) => {
        const { output, terminal } = session;
        const { user, email } = flags;
        if (user === undefined && email === undefined) throw usage('name --user, --email or both');
        const erased = await (
          await managerOf(session, flags)
        ).erase(
          { ...(user === undefined ? {} : { user }), ...(email === undefined ? {} : { email }) },
          actorOf(flags, terminal),
        );
        output.answer(erased, () =>
          output.record([
            ['invitations touched', erased.invitations.length],
            ['stands there now', erased.tombstone],
          ]),
        );
        if (erased.tombstone !== null && !output.json)
          output.note(
            'Put the same into "user_id" of the row in enrollment_redemptions: the kit does not write there.',
          );
      }),
    );
}
