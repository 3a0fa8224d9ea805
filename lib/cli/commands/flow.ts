import { Option, type Command } from 'commander';
import { diagramFormats, type DiagramSettings } from '../../flow-diagram/diagram.js';
import { checkOut, openOut } from '../out-file.js';
import { printable } from '../printable.js';
import type { Action } from '../program.js';
import { withUsage } from '../terminal.js';
import { addFlowVersionCommands } from './flow-versions.js';
import { addFlowFileCommands } from './flow-files.js';

interface DiagramFlags {
  readonly format: NonNullable<DiagramSettings['format']>;
  readonly step?: string;
  readonly out?: string;
}

/** `flow …`: the flows of the app. */
export function addFlowCommands(program: Command, action: Action): void {
  const flow = program.command('flow').description('flows: what there is, and how they go');

  flow
    .command('list')
    .description('the flows, and their steps in order')
    .action(
      action(async ({ output, unready }) => {
        const { flows: all } = await unready();
        await all.current();
        const flows = all.list();
        output.answer(flows, () =>
          flows.length === 0
            ? 'There are no flows.'
            : output.table(
                ['slug', 'designation', 'title', 'steps'],
                flows.map(({ slug, designation, title, steps }) => [slug, designation, title, steps.join(', ')]),
                ['title', 'steps'],
              ),
        );
      }),
    );

  addFlowFileCommands(flow, action);
  addFlowVersionCommands(flow, action);

  flow
    .command('diagram <slug>')
    .description('draw a flow: its stages, policies, skips and refusals')
    .addOption(
      new Option('--format <format>', 'a Mermaid flowchart, or an SVG image')
        .choices(diagramFormats)
        .default('mermaid'),
    )
    .option('--step <key>', 'mark this step, as the one at which a visitor is')
    .option('--out <file>', 'write it to this new file')
    .action(
      action(async ({ terminal, output, unready }, slug: string, { format, step, out }: DiagramFlags) => {
        checkOut(terminal, out);
        const { flows } = await unready();
        await flows.current();
        const text = withUsage(() => flows.diagram(slug, { format, ...(step === undefined ? {} : { step }) }));
        if (out === undefined) {
          output.answer({ flow: slug, format, text }, () => text.trimEnd().split('\n').map(printable).join('\n'));
          return;
        }
        const file = openOut(terminal, out);
        file.write(text);
        file.close();
        output.answer({ flow: slug, format, file: out }, () => out);
      }),
    );
}
