import type { Command } from 'commander';
import { actorOf, inputOf, withActor, withForce } from '../flags.js';
import type { Action } from '../program.js';

interface FirstFlags {
  readonly email?: string;
  readonly flow?: string;
  readonly data?: string;
  readonly by?: string;
  readonly force?: boolean;
}

const examples = `
Refused as soon as there are accounts, or an account was ever made by such a
code, also when it is deleted since. A code that was not used is replaced.

Example:
  express-enrollment first-admin --data '{"groups":["administrators"]}'`;

/** `first-admin` */
export function addFirstAdministratorCommand(program: Command, action: Action): void {
  const first = program.command('first-admin');
  withForce(
    withActor(first.description('a code for the first account of an empty system: one use, one hour, never again')),
  )
    .option('--email <address>', 'the only address that may use it')
    .option('--flow <slug>', 'the only flow that takes it')
    .option('--data <json>', "what makes the account an administrator's: a record that is written to it")
    .addHelpText('after', examples)
    .action(
      action(async ({ output, enrollment, terminal, makesCodes }, { by, force, ...flags }: FirstFlags) => {
        await makesCodes(force === true);
        const { email, flow, data } = inputOf(flags, terminal.now());
        const { invitations, diagnose } = await enrollment();
        const { tellsEmpty } = await diagnose();
        const made = await invitations.firstAdministrator(
          {
            ...(email === undefined ? {} : { email }),
            ...(flow === undefined ? {} : { flow }),
            ...(data === undefined ? {} : { data }),
          },
          actorOf(by === undefined ? {} : { by }, terminal),
        );
        output.answer({ ...made, askedUsers: tellsEmpty }, () =>
          output.record([
            ['code', output.paint('bold', made.code)],
            ...(made.url === null ? [] : [['link', made.url] as const]),
            ['id', made.id],
          ]),
        );
        if (!tellsEmpty)
          output.note('Whether there are accounts already could not be asked: the user store has no isEmpty().');
        if (!output.json) output.note('Good for one account, and for one hour from now. It is shown this once.');
      }),
    );
}
