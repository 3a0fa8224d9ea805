import type { Command } from 'commander';
import { actorOf, describeMailedEnd, inputOf, oneOf, withActor, withForce, withTenant } from '../flags.js';
import { idOf } from '../invitation-id.js';
import { managerOf } from '../manager-of.js';
import type { Action } from '../program.js';
import type { Session } from '../session.js';
import { usage } from '../terminal.js';
import { tellMails, waitForMails } from '../wait-for-mails.js';

interface ReissueFlags {
  readonly expires?: string;
  readonly zone?: string;
  readonly mode?: string;
  readonly email?: string;
  readonly again?: boolean;
  readonly force?: boolean;
  readonly by?: string;
  readonly tenant?: string;
}

const zone = ['-z, --zone <zone>', 'IANA zone of local times, e.g. Asia/Jakarta'] as const;

/** `invite resend`, `reissue` */
export function addReissueCommands(invite: Command, action: Action): void {
  const resend = invite.command('resend').argument('<id>', 'or its beginning, or its code');
  withForce(withTenant(withActor(describeMailedEnd(resend.description('mail an invitation again')))))
    .option(...zone)
    .option('--mode <mode>', 'extend: the same code for longer; rotate: a new code, the earlier one ends', 'extend')
    .option('--again', 'also where the address has an account by now')
    .option('--email <address>', 'with --mode rotate: the right address, where the first one was wrong')
    .action(
      action(async (session, typed: string, flags: ReissueFlags) => {
        const { output, terminal } = session;
        const mode = oneOf(['extend', 'rotate'] as const, flags.mode ?? 'extend', '--mode');
        if (mode === 'rotate') await session.makesCodes(flags.force === true);
        const manager = await managerOf(session, flags);
        const { expires } = endOf(flags, session);
        const sent = await manager.resend(await idOf(manager, typed), {
          ...actorOf(flags, terminal),
          mode,
          ...(flags.again === true ? { again: true } : {}),
          ...(flags.email === undefined ? {} : { email: flags.email }),
          ...(expires === undefined || expires === null ? {} : { expires }),
        });
        const mails = await waitForMails(session, await session.unready(), [sent.mail]);
        output.answer({ ...sent, mails }, () =>
          output.record([
            ['id', sent.id],
            ['mail', sent.mail],
            ...(sent.code === undefined ? [] : [['code', sent.code] as const]),
            ...(sent.url === undefined || sent.url === null ? [] : [['link', sent.url] as const]),
          ]),
        );
        tellMails(session, mails);
      }),
    );

  const reissue = invite.command('reissue').argument('<id>', 'or its beginning, or its code');
  withForce(withTenant(withActor(reissue.description('a new code for a lost one, which ends; mails nothing'))))
    .option('-e, --expires <time>', 'a new end, in the forms of "create"; left out: the end stays')
    .option(...zone)
    .action(
      action(async (session, typed: string, flags: ReissueFlags) => {
        const { output, terminal } = session;
        await session.makesCodes(flags.force === true);
        const manager = await managerOf(session, flags);
        const { expires } = endOf(flags, session);
        const made = await manager.reissue(await idOf(manager, typed), {
          ...actorOf(flags, terminal),
          ...(expires === undefined ? {} : { expires }),
        });
        output.answer(made, () =>
          output.record([
            ['code', output.paint('bold', made.code)],
            ...(made.url === null ? [] : [['link', made.url] as const]),
            ['id', made.id],
            ['replaces', made.replaces],
          ]),
        );
        if (!output.json) output.note('The code is shown this once; the earlier one has ended.');
      }),
    );
}

function endOf({ expires, zone: named }: ReissueFlags, { terminal }: Session): ReturnType<typeof inputOf> {
  if (expires === undefined && named !== undefined) throw usage('--zone goes with --expires');
  const flags = { ...(expires === undefined ? {} : { expires }), ...(named === undefined ? {} : { zone: named }) };
  return inputOf(flags, terminal.now());
}
