import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { createProgram } from '../../lib/cli/program.js';
import { exitCodes } from '../../lib/cli/terminal.js';
import { columns } from '../../lib/cli/bulk-rows.js';
import { commandLine } from '../support/cli/command-line.js';

const page = readFileSync('docs/cli.md', 'utf8');

interface Known {
  readonly name: string;
  readonly options: readonly string[];
}

/** All commands that do something, and their options. */
function commandsOf(command: Command, above: string): readonly Known[] {
  return command.commands.flatMap((inner) => {
    const name = `${above} ${inner.name()}`.trim();
    return inner.commands.length > 0
      ? commandsOf(inner, name)
      : [
          {
            name,
            options: inner.options.flatMap(({ long, short }) => [long, short]).filter((one) => one !== undefined),
          },
        ];
  });
}

describe('docs/cli.md', () => {
  const program = createProgram(() => Promise.resolve());
  const known = commandsOf(program, '');
  const globals = program.options.flatMap(({ long, short }) => [long, short]).filter((one) => one !== undefined);

  it('names every command', () => {
    for (const { name } of known) assert.match(page, new RegExp(`^(express-enrollment |\\| \`)${name}\\b`, 'm'), name);
  });

  it('names every option', () => {
    const missing = known.flatMap(({ options }) =>
      options.filter((one) => one.startsWith('--') && !page.includes(`\`${one}`) && !page.includes(` ${one} `)),
    );
    assert.deepEqual([...new Set(missing)], []);
  });

  it('shows only existing command lines', () => {
    const lines = [...page.matchAll(/^(?:npx )?express-enrollment (.+)$/gm)].map(([, line = '']) => line);
    assert.ok(lines.length > 15);
    for (const line of lines) {
      const command = known.find(({ name }) => line === name || line.startsWith(`${name} `));
      const options = [...line.replace(/'[^']*'/g, '').matchAll(/(?<=^| )--?[a-z][a-z-]*/g)].map(([option]) => option);
      if (command === undefined) assert.match(line, /^--(help|version)$/);
      for (const option of options)
        assert.ok([...globals, ...(command?.options ?? []), '--help'].includes(option), `${line}: ${option}`);
    }
  });

  it('names no missing option', () => {
    const all = new Set([...globals, '--help', '--import', ...known.flatMap(({ options }) => options)]);
    const named = [...page.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option);
    assert.deepEqual(
      named.filter((option) => !all.has(option)),
      [],
    );
  });

  it('names every exit code and every column', () => {
    for (const code of Object.values(exitCodes)) assert.match(page, new RegExp(`^\\| ${code} +\\|`, 'm'));
    for (const column of columns.keys()) assert.ok(page.includes(`\`${column}\``), column);
  });

  it('every command prints help within 80 columns', async () => {
    const cli = commandLine(null);
    for (const name of ['', 'invite', 'waitlist', 'deliveries', ...known.map((one) => one.name)]) {
      const { code, out } = await cli.run([...name.split(' ').filter((customCode) => customCode !== ''), '--help']);
      assert.equal(code, 0);
      assert.match(out, /^Usage: express-enrollment/);
      for (const line of out.split('\n')) assert.ok(line.length <= 80, `${name}: ${line}`);
    }
  });
});
