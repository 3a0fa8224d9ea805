import type { Command } from 'commander';
import type { InvitationChange } from '../../ports/invitation-input.js';
import { managerOf } from '../manager-of.js';
import {
  actorOf,
  describeSeats,
  describeTerms,
  inputOf,
  oneOf,
  withActor,
  withTenant,
  type InvitationFlags,
} from '../flags.js';
import { idOf } from '../invitation-id.js';
import { invitationRecord } from '../invitation-texts.js';
import type { Action } from '../program.js';
import { usage } from '../terminal.js';

type EditFlags = InvitationFlags & { readonly clear?: string; readonly by?: string };

const clearable = ['expires', 'notBefore', 'email', 'domain', 'flow', 'redirect', 'reserve'] as const;

const examples = `
Accounts that were made stay as they are.

Examples:
  express-enrollment invite edit 8646f2106b33 --email ann@example.com
  express-enrollment invite edit 8646f2106b33 --clear redirect,hold`;

/** `invite edit`, `extend`, `restore` */
export function addEditCommands(invite: Command, action: Action): void {
  const edit = invite.command('edit').argument('<id>', 'or its beginning');
  withTenant(withActor(describeTerms(describeSeats(edit.description('change what is named; the rest stays')))))
    .option('--no-one-per-person', 'allow several accounts per person again')
    .option('--clear <fields>', `take away, with commas: ${clearable.join(', ')}`)
    .addHelpText('after', examples)
    .action(
      action(async (session, typed: string, { by, clear, ...flags }: EditFlags) => {
        const { output, terminal } = session;
        const change = { ...inputOf(flags, terminal.now()), ...cleared(clear) };
        if (Object.keys(change).length === 0) throw usage('say what to change, e.g. --label or --clear');
        const manager = await managerOf(session, flags);
        const edited = await manager.edit(
          await idOf(manager, typed),
          change,
          actorOf({ ...(by === undefined ? {} : { by }) }, terminal),
        );
        output.answer(edited, () => invitationRecord(output, edited));
      }),
    );

  const extend = invite.command('extend').argument('<id>', 'or its beginning');
  withTenant(withActor(extend.description('more uses, or a later end')))
    .option('-u, --uses <n>', 'how many accounts in all: a number, or unlimited')
    .option('-e, --expires <time>', "7d, 36h or 2w from now; '2026-12-31 18:00' with --zone; with offset; never")
    .option('-z, --zone <zone>', 'IANA zone of local times, e.g. Asia/Jakarta')
    .action(
      action(async (session, typed: string, flags: EditFlags) => {
        const { output, terminal } = session;
        const { uses, expires } = inputOf(flags, terminal.now());
        if (uses === undefined && expires === undefined) throw usage('say --uses, --expires or both');
        const manager = await managerOf(session, flags);
        const extended = await manager.extend(
          await idOf(manager, typed),
          { ...(uses === undefined ? {} : { uses }), ...(expires === undefined ? {} : { expires }) },
          actorOf(flags, terminal),
        );
        output.answer(extended, () => invitationRecord(output, extended));
      }),
    );

  const restore = invite.command('restore').argument('<id>', 'or its beginning');
  withTenant(withActor(restore.description('take a revocation back'))).action(
    action(async (session, typed: string, flags: EditFlags) => {
      const manager = await managerOf(session, flags);
      const restored = await manager.restore(await idOf(manager, typed), actorOf(flags, session.terminal));
      session.output.answer(restored, () => invitationRecord(session.output, restored));
    }),
  );
}

function cleared(list: string | undefined): InvitationChange {
  const names = (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return Object.fromEntries(names.map((name) => [oneOf(clearable, name, '--clear'), null]));
}
