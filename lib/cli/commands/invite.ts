import type { Command } from 'commander';
import { managerOf } from '../manager-of.js';
import {
  actorOf,
  describeSeats,
  describeTerms,
  inputOf,
  withActor,
  withForce,
  withTenant,
  type InvitationFlags,
} from '../flags.js';
import type { Action } from '../program.js';
import { addBulkCommand } from './invite-bulk.js';
import { addEditCommands } from './invite-edit.js';
import { addExportCommand } from './invite-export.js';
import { addLookCommands } from './invite-look.js';
import { addPeopleCommands } from './invite-people.js';
import { addReconcileCommand } from './invite-reconcile.js';
import { addReissueCommands } from './invite-reissue.js';
import { addRevokeCommands } from './invite-revoke.js';
import { addSendCommand } from './invite-send.js';

type CreateFlags = InvitationFlags & { readonly customCode?: string; readonly by?: string; readonly force?: boolean };

const examples = `
Examples:
  express-enrollment invite create --email ann@example.com
  express-enrollment invite create --uses 10 --expires 7d --label 'Reading club'
  express-enrollment invite create --custom-code SPRING-2026 --uses 100 \\
    --expires 2026-12-31 --zone Asia/Jakarta
  express-enrollment invite create --data '{"team":"readers"}'`;

/** `invite …` */
export function addInviteCommands(program: Command, action: Action): void {
  const invite = program.command('invite').description('make, find, change and end invitations');

  const create = invite.command('create').description('make one invitation and show its code, this once');
  withForce(withTenant(withActor(describeTerms(describeSeats(create)))))
    .option('--custom-code <code>', 'a code of your own choice; needs --uses and --expires')
    .option('--inviter <user>', 'the account that invites; its quota is counted')
    .addHelpText('after', examples)
    .action(
      action(async (session, { by, customCode, force, ...flags }: CreateFlags) => {
        const { output, terminal } = session;
        const input = { ...inputOf(flags, terminal.now()), ...(customCode === undefined ? {} : { customCode }) };
        await session.makesCodes(force === true);
        const manager = await managerOf(session, flags);
        const made = await manager.create(input, actorOf(by === undefined ? {} : { by }, terminal));
        output.answer(made, () =>
          output.record([
            ['code', output.paint('bold', made.code)],
            ...(made.url === null ? [] : [['link', made.url] as const]),
            ['id', made.id],
          ]),
        );
        if (!output.json) output.note('The code is shown this once; only a hash of it is kept.');
      }),
    );

  addSendCommand(invite, action);
  addReissueCommands(invite, action);
  addBulkCommand(invite, action);
  addLookCommands(invite, action);
  addExportCommand(invite, action);
  addEditCommands(invite, action);
  addRevokeCommands(invite, action);
  addReconcileCommand(invite, action);
  addPeopleCommands(invite, action);
}
