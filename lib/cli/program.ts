import { Command, CommanderError } from 'commander';
import { packageVersion } from '../composition/version.js';
import { addDeliveryCommands } from './commands/deliveries.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addFirstAdministratorCommand } from './commands/first-admin.js';
import { addFlowCommands } from './commands/flow.js';
import { addInviteCommands } from './commands/invite.js';
import { addMailCommands } from './commands/mail.js';
import { addMessageCommands } from './commands/messages.js';
import { addMigrationCommand } from './commands/migration.js';
import { addPolicyCommands } from './commands/policy.js';
import { addViewCommands } from './commands/views.js';
import { addWaitlistCommands } from './commands/waitlist.js';
import { createOutput } from './output.js';
import { errorRecord, inSession, type Globals, type Session } from './session.js';
import { CommandError, exitCodes, type Terminal } from './terminal.js';

/**
 * Makes a command's action from a function that runs in a session; arguments and options are as Commander passes them.
 */
export type Action = <A extends readonly unknown[]>(
  work: (session: Session, ...given: A) => Promise<void>,
) => (...given: A) => Promise<void>;

/** Runs one command line. @returns the exit code */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.done;
  const program = createProgram(async (globals, work) => {
    code = await inSession(terminal, globals, work);
  });
  speakThrough(program, terminal);

  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help or version was requested; a missing command was not.
    if (error.exitCode === 0) return exitCodes.done;
    const said = error.code === 'commander.help' ? 'a command is missing' : error.message.replace(/^error: /, '');
    // Commander has already printed it for people.
    if (args.includes('--json'))
      createOutput(terminal, true).answer({ error: errorRecord(new CommandError(said, exitCodes.usage)) }, () => '');
    return exitCodes.usage;
  }
}

/** All commands; `run` executes the requested one. */
export function createProgram(
  run: (globals: Globals, work: (session: Session) => Promise<void>) => Promise<void>,
): Command {
  const program = new Command('express-enrollment')
    .description('Invitations of an Express app, from the command line.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('-c, --config <file>', 'module that exports the enrollment or its options (default: enrollment.config.js)')
    .option('--json', 'answer in JSON, errors too')
    .option('--verbose', 'write the log of the kit to standard error')
    .helpOption('-h, --help', 'explain the command')
    .helpCommand('help [command]', 'explain a command')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false, minWidthToWrap: 20 })
    .addHelpText(
      'after',
      `
The configuration is enrollment.config.js, .mjs or .cjs in this folder, or what
--config or ENROLLMENT_CONFIG names. "express-enrollment invite create --help"
explains one command.

Exit codes: 0 done, 1 not done or a finding, 2 wrong command or option,
3 configuration, 4 a store is away, 130 interrupted.
With --json an error is { "error": { "code", "message", "issues" } }.`,
    );

  const action: Action =
    (work) =>
    (...given) =>
      run(program.opts<Globals>(), (session) => work(session, ...given));
  addInviteCommands(program, action);
  addWaitlistCommands(program, action);
  addDeliveryCommands(program, action);
  addMailCommands(program, action);
  addFirstAdministratorCommand(program, action);
  addMigrationCommand(program, action);
  addMessageCommands(program, action);
  addViewCommands(program, action);
  addPolicyCommands(program, action);
  addFlowCommands(program, action);
  addDoctorCommand(program, action);
  return program;
}

/** Subcommands do not inherit the output settings and the exit override. */
function speakThrough(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: (text) => terminal.stderr.write(text),
    getOutHelpWidth: () => terminal.stdout.columns ?? 80,
    getErrHelpWidth: () => terminal.stderr.columns ?? 80,
  });
  for (const inner of command.commands) speakThrough(inner, terminal);
}
