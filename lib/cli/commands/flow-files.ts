import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { isEnrollmentError } from '../../base/error.js';
import type { FlowCheck } from '../../composition/flows.js';
import { flowIssues } from '../../flow/check-flow.js';
import { byPlace, composedProblems } from '../../flow-files/composed-problems.js';
import { fileLimits } from '../../flow-files/limits.js';
import { problemLine, type Problem } from '../../flow-files/problems.js';
import { applyFlowFiles, flowFilesIn, type FlowFile, type FlowFileSettings } from '../../flow-files/public.js';
import { recordOf } from '../flags.js';
import { checkOut, openOut } from '../out-file.js';
import { printable } from '../printable.js';
import type { Action } from '../program.js';
import { readAtMost } from '../read-at-most.js';
import { usage, withUsage, type Terminal } from '../terminal.js';

export const examples = `
Files are YAML or JSON in the format of authentik's blueprints; a folder stands
for the flow files in it. Mistakes are printed as file:line:column.`;

/** What an app has in its option `flowFiles`. */
interface CheckFlags {
  readonly foreignModels?: 'refuse' | 'skip';
  readonly context?: string;
}

/** `flow check`, `flow export`: flows as files. */
export function addFlowFileCommands(flow: Command, action: Action): void {
  flow
    .command('check [files...]')
    .description('what is wrong with flow files, or with those of the app; ends with 1 if anything is')
    .addOption(
      new Option('--foreign-models <what>', 'entries of models that the kit has not, without a configuration').choices([
        'refuse',
        'skip',
      ]),
    )
    .option('--context <json>', 'values for !Context, without a configuration')
    .addHelpText('after', `${examples}\nWithout a configuration, files are checked by themselves.`)
    .action(
      action(async ({ terminal, output, configured, unready, fail }, given: readonly string[], flags: CheckFlags) => {
        const files = given.length === 0 ? undefined : given.flatMap((path) => filesAt(terminal, path));
        const settings = settingsOf(flags);
        const enrollment = files === undefined ? await unready() : await configured();
        if (enrollment !== null && Object.keys(settings).length > 0)
          throw usage('--foreign-models and --context are settings of flowFiles, where there is a configuration');
        const found = enrollment === null ? checkAlone(files ?? [], settings) : enrollment.flows.check(files);
        if (!found.ok) fail();
        output.answer(found, () =>
          [...found.problems.map(toldLine), ...found.issues, summaryOf(found, files)].map(printable).join('\n'),
        );
      }),
    );

  flow
    .command('export <slugs...>')
    .description('write flows as one YAML file')
    .option('--out <file>', 'write it to this new file')
    .action(
      action(async ({ terminal, output, unready }, slugs: readonly string[], { out }: { readonly out?: string }) => {
        checkOut(terminal, out);
        const { flows } = await unready();
        await flows.current();
        const yaml = withUsage(() => flows.export(slugs));
        if (out === undefined) {
          output.answer({ flows: slugs, yaml }, () => yaml.trimEnd().split('\n').map(printable).join('\n'));
          return;
        }
        const file = openOut(terminal, out);
        file.write(yaml);
        file.close();
        output.answer({ flows: slugs, file: out }, () => out);
      }),
    );
}

/** A file, or the flow files of a folder. */
export function filesAt({ cwd }: Pick<Terminal, 'cwd'>, given: string): readonly FlowFile[] {
  const path = resolve(cwd, given);
  try {
    if (statSync(path).isDirectory()) return flowFilesIn(path, given);
    const text = readAtMost(path, fileLimits.bytes);
    if (text !== null) return [{ file: given, text }];
  } catch (error) {
    throw usage(isEnrollmentError(error) ? error.message : `${path} cannot be read`);
  }
  throw usage(`${path} has more than ${String(fileLimits.bytes / 1_000)} kB`);
}

function settingsOf({ foreignModels, context }: CheckFlags): FlowFileSettings {
  return {
    ...(foreignModels === undefined ? {} : { foreignModels }),
    ...(context === undefined ? {} : { context: recordOf(context, '--context') }),
  };
}

/** Without an app: nothing is known of its code, its users and its sources. */
function checkAlone(files: readonly FlowFile[], settings: FlowFileSettings): FlowCheck {
  const { flows, problems: found } = applyFlowFiles(files, settings);
  // What an app may settle is no mistake of the files.
  const composed = composedProblems(flowIssues(flows, { registration: 'invite-only' }), flows, 'noticed');
  const problems = [...found, ...composed].sort(byPlace(files.map(({ file }) => file)));
  const ok = !problems.some(({ severity }) => severity === 'refused');
  return { ok, flows: flows.map(({ slug }) => slug), problems, issues: [] };
}

export function toldLine(problem: Problem): string {
  const { severity } = problem;
  return severity === 'refused' ? problemLine(problem) : `${problemLine(problem)} (${severity})`;
}

/** `files`: those of the command line; left out: those of the app. */
function summaryOf({ ok, flows }: FlowCheck, files: readonly FlowFile[] | undefined): string {
  if (!ok) return 'These flows cannot be used.';
  if (flows.length > 0) return `These flows can be used: ${flows.join(', ')}`;
  if (files === undefined) return 'The app has no flows of files.';
  return files.length === 0 ? 'There are no flow files.' : 'The files have no mistakes. They make no flows.';
}
