import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isCampaign, sampleOf } from '../support/campaign.js';
import { findProgram } from '../support/find-program.js';
import { ownProcess } from '../support/own-process.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, type CommandLine } from '../support/cli/command-line.js';

// As it is published: it starts quicker than the many files of the compiled sources.
const main = resolve('dist/esm/cli/main.js');

describe('the command line as a process', () => {
  let redis: TestRedis;
  let cli: CommandLine;

  before(async () => {
    redis = await startRedis();
    cli = commandLine(configurationOf(redis.url));
  });
  after(() => redis.stop());

  async function run(command: string, args: readonly string[]) {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
    const child = await ownProcess(command, args, { cwd: cli.folder, env: { ...env, TERM: 'xterm' } });
    const { code, signal } = await child.ended;
    return { code, signal, out: child.stdout(), err: child.stderr() };
  }
  const node = (...args: string[]) => run(process.execPath, [main, ...args]);
  const shell = (line: string) => run('sh', ['-c', line.replaceAll('$CLI', `'${process.execPath}' '${main}'`)]);

  it('starts with a shebang, and is the bin of the package', () => {
    assert.match(readFileSync(main, 'utf8'), /^#!\/usr\/bin\/env node\n/);
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(Object(manifest).bin, { 'express-enrollment': './dist/esm/cli/main.js' });
    assert.ok(Object(manifest).version);
  });

  it('exits with the documented codes', async () => {
    const version = await node('--version');
    assert.deepEqual([version.code, version.err], [0, '']);
    assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
    const bare = await node();
    assert.deepEqual([bare.code, bare.out], [2, '']);
    assert.match(bare.err, /Commands:/);
    // A process each. In `npm test` one of each code: the others are tested in one process (configuration, rest).
    const commands = [
      [1, 'invite', 'show', 'ffff'],
      [3, '-c', 'gone.mjs', 'doctor'],
      [0, 'help', 'doctor'],
      [0, '--help'],
      [0, 'invite', 'list'],
      [1, 'doctor'],
      [2, 'invite', 'lst'],
    ] as const;
    for (const [code, ...args] of isCampaign ? commands : commands.slice(0, 2))
      assert.equal((await node(...args)).code, code, args.join(' '));
  });

  it('exits quietly when the reader of its output closes the pipe', async () => {
    await node('invite', 'bulk', '--count', '2000', '--out', 'many.csv');
    const first = await shell('$CLI invite export | head -n 1');
    assert.match(first.out, /^id,state/);
    assert.equal(first.err, '');
    for (const command of sampleOf(['invite export', 'invite list --limit 1000', '--help'], 1))
      assert.deepEqual(
        (await shell(`($CLI ${command}; echo $? >&2) | true`)).err.trim().split('\n').at(-1),
        '0',
        command,
      );
  });

  it('reads codes from a pipe', async () => {
    const said = await shell("$CLI --json invite create | grep -o '[0-9A-Z-]\\{14\\}' | $CLI invite explain -");
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, /^cause +open$/m);
  });

  it('has colors, short lines and progress on a terminal, and none of it in a pipe', async () => {
    const script = findProgram('SCRIPT', 'script');
    const line = `'${process.execPath}' '${main}' invite bulk --count 300 --label '${'long '.repeat(30)}' --out tty.csv; stty cols 80; '${process.execPath}' '${main}' invite list -n 3`;
    const { out } = await run(script, ['-qec', line, '/dev/null']);
    assert.match(out, /\r250 of 300\r300 of 300\r\n/);
    assert.match(out, /\u001b\[32mopen/);
    for (const row of out.split('\r\n').slice(-4)) assert.ok(row.replace(/\u001b\[\d+m/g, '').length <= 80, row);
    const piped = await node('invite', 'list', '-n', '3');
    assert.doesNotMatch(piped.out + piped.err, /\u001b/);
  });

  it('exits although the configuration keeps connections open, with all its output', async () => {
    cli.file('busy.mjs', `setInterval(() => undefined, 1000);\n${configurationOf(redis.url)}`);
    const begun = Date.now();
    const said = await shell('$CLI -c busy.mjs invite export | (sleep 1; cat)');
    assert.ok(Date.now() - begun < 60_000, 'it would run for ever');
    const [head = '', ...rows] = said.out.trimEnd().split('\n');
    assert.match(head, /^id,/);
    assert.ok(rows.length >= 2000);
    assert.match(rows.at(-1) ?? '', /^[0-9a-f]{32},open,/);
  });

  it('does not exit with 0 when the configuration never settles', async () => {
    cli.file('stuck.mjs', `await new Promise(() => undefined);\n${configurationOf(redis.url)}`);
    const child = await ownProcess(process.execPath, [main, '-c', 'stuck.mjs', 'invite', 'list'], { cwd: cli.folder });
    await new Promise((later) => setTimeout(later, 1000));
    await child.end('SIGINT');
    assert.notEqual((await child.ended).code, 0);
  });

  it('Ctrl-C in a bulk run leaves exactly the created codes in the file', async () => {
    const child = await ownProcess(
      process.execPath,
      [main, 'invite', 'bulk', '--count', '500000', '--label', 'interrupted', '--out', 'half.csv'],
      { cwd: cli.folder },
    );
    const made = (): number => {
      try {
        return cli.read('half.csv').split('\n').length - 2;
      } catch {
        return 0;
      }
    };
    while (made() < 250) await new Promise((later) => setTimeout(later, 10));
    await child.end('SIGINT');
    assert.equal((await child.ended).code, 130, child.stderr());
    const listed = await node('invite', 'export', '--search', 'interrupted');
    assert.equal(listed.out.trimEnd().split('\n').length - 1, made());
    assert.match(child.stderr(), new RegExp(`^${made()} created$`, 'm'));
  });
});
