import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Option, type Command } from 'commander';
import { isEnrollmentError } from '../../base/error.js';
import type { FlowImport, FlowRollBackSettings } from '../../composition/flows.js';
import type { FlowFile } from '../../flow-files/public.js';
import { actorOf, wholeNumber, withActor } from '../flags.js';
import { instantText } from '../invitation-texts.js';
import type { Administered } from '../configuration.js';
import type { Output } from '../output.js';
import type { Action } from '../program.js';
import type { Session } from '../session.js';
import { CommandError, exitCodes, usage, type Terminal } from '../terminal.js';
import { examples, filesAt, toldLine } from './flow-files.js';

interface ChangeFlags {
  readonly dryRun?: boolean;
  readonly by?: string;
  readonly note?: string;
  readonly expect?: string;
  readonly runningPlans?: 'keep' | 'restart';
}

interface ImportFlags extends ChangeFlags {
  readonly replaceAll?: boolean;
}

/** `flow import`, `flow versions`, `flow roll-back`: the flows that the app stores. */
export function addFlowVersionCommands(flow: Command, action: Action): void {
  withChange(
    flow
      .command('import <files...>')
      .description('write a new version of the stored flows, or show what files would change')
      .option('--replace-all', 'the new version has these files alone; else they are added to those of before'),
  )
    .addHelpText('after', `${examples}\nAn app without stored flows takes only --dry-run.`)
    .action(
      action(async ({ terminal, output, unready, enrollment }, given: readonly string[], flags: ImportFlags) => {
        const files = given.flatMap((path) => filesAt(terminal, path)).map((file) => named(terminal, file));
        const isFolderOnly = flags.dryRun === true && !(await unready()).flows.stored;
        const { flows } = await (isFolderOnly ? unready() : storing({ unready, enrollment }));
        const replaceAll = flags.replaceAll === true;
        tell(output, flags, await flows.import(files, { ...changeOf(flags, terminal), replaceAll }));
      }),
    );

  flow
    .command('versions')
    .description('the versions of the stored flows, the newest first')
    .action(
      action(async ({ output, unready, enrollment }) => {
        const versions = await (await storing({ unready, enrollment })).flows.versions();
        output.answer(versions, () =>
          versions.length === 0
            ? 'There are no stored flows.'
            : output.table(
                ['version', 'at', 'by', 'flows', 'running plans', 'note'],
                versions.map(({ version, at, by, note, changed, runningPlans, rolledBackTo }) => [
                  String(version),
                  instantText(at),
                  by,
                  changed.join(', '),
                  runningPlans,
                  [rolledBackTo === null ? '' : `as version ${String(rolledBackTo)}`, note ?? '']
                    .filter(Boolean)
                    .join(': '),
                ]),
                ['by', 'flows', 'note'],
              ),
        );
      }),
    );

  withChange(
    flow
      .command('roll-back <version>')
      .description('write a new version with the files of an earlier one; 0: with none'),
  ).action(
    action(async ({ terminal, output, unready, enrollment }, typed: string, flags: ChangeFlags) => {
      const version = wholeNumber(typed, '<version>');
      const { flows } = await storing({ unready, enrollment });
      if (version > 0 && (await flows.version(version)) === null)
        throw new CommandError(
          `version ${String(version)} is not kept; flow versions lists those that are`,
          exitCodes.failed,
        );
      const answer = await flows.rollBack(version, changeOf(flags, terminal)).catch((error: unknown) => {
        throw isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG' ? usage(error.message) : error;
      });
      tell(output, flags, answer);
    }),
  );
}

/** The app, ready for use, if it stores flows. */
async function storing({ unready, enrollment }: Pick<Session, 'unready' | 'enrollment'>): Promise<Administered> {
  const { flows } = await unready();
  if (!flows.stored)
    throw usage('this app stores no flows: set flowFiles.stored, or use --dry-run with a folder of files');
  return enrollment();
}

function withChange(command: Command): Command {
  return withActor(command.option('--dry-run', 'only show what would change'))
    .option('--note <text>', 'why, for the list of versions')
    .option('--expect <version>', 'refuse unless this is the newest version')
    .addOption(
      new Option(
        '--running-plans <what>',
        'restart: no running plan goes on with an earlier version; for changes that take rights away',
      ).choices(['keep', 'restart']),
    );
}

function changeOf(
  { dryRun, note, expect, runningPlans, ...who }: ChangeFlags,
  terminal: Pick<Terminal, 'env'>,
): FlowRollBackSettings {
  const { by = 'the command line' } = actorOf(who, terminal);
  return {
    by,
    dryRun: dryRun === true,
    ...(note === undefined ? {} : { note }),
    ...(expect === undefined ? {} : { expect: wholeNumber(expect, '--expect') }),
    ...(runningPlans === undefined ? {} : { runningPlans }),
  };
}

function tell(output: Output, { dryRun }: ChangeFlags, imported: FlowImport): void {
  for (const problem of imported.problems) output.note(toldLine(problem));
  output.answer(imported, () => {
    const changes = changesTable(output, imported.changes);
    if (dryRun === true) return changes ?? 'Nothing would change.';
    if (!imported.stored) return `Nothing was changed: version ${String(imported.version)} has the same files.`;
    return [`Version ${String(imported.version)} is stored.`, ...(changes === null ? [] : [changes])].join('\n');
  });
}

/** `null`: there are none. */
function changesTable(output: Output, changes: FlowImport['changes']): string | null {
  const rows = changes.filter(({ change }) => change !== 'unchanged');
  if (rows.length === 0) return null;
  return output.table(
    ['change', 'model', 'name', 'fields'],
    rows.map(({ change, model, name, fields }) => [change, model, name, change === 'updated' ? fields.join(', ') : '']),
    ['name', 'fields'],
  );
}

/** A file is stored under its path from the folder of the app, however it was typed. */
function named({ cwd }: Pick<Terminal, 'cwd'>, { file, text }: FlowFile): FlowFile {
  const inside = relative(cwd, resolve(cwd, file));
  return inside.startsWith('..') || isAbsolute(inside) ? { file, text } : { file: inside.split(sep).join('/'), text };
}
