import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { installed, openConsumer, type Consumer } from './consumer.js';
import { packedPackage, type Manifest } from './packed.js';
import { runProgram } from './run-program.js';

describe('what is in the packed package', function () {
  this.timeout(120_000);
  let consumer: Consumer;
  before(() => {
    consumer = openConsumer({ packages: { express: 'express' } });
  });

  it('the code in both module systems with its types, pages and style sheet, and nothing else', () => {
    const { files } = packedPackage();
    const folders = new Set(files.map((file) => file.replace(/^(dist\/[^/]+|[^/]+)\/.*$/, '$1/')));
    assert.deepEqual(
      [...folders].sort(),
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'assets/', 'dist/cjs/', 'dist/esm/'],
        ...['package-root.d.ts', 'package-root.js', 'package.json', 'views/'],
      ].sort(),
    );
    assert.deepEqual(
      files.filter((file) => /\.map$|(?<!\.d)\.ts$|\.test\.|\.lua$/.test(file)),
      [],
    );
    for (const file of files.filter((each) => each.startsWith('dist/') && each.endsWith('.js'))) {
      assert.ok(files.includes(file.replace(/\.js$/, '.d.ts')), `${file} has no types`);
    }
  });

  it('every address in its manifest leads to a file', () => {
    const manifest = JSON.parse(readFileSync(join(consumer.kit, 'package.json'), 'utf8')) as Manifest;
    const targets = targetsOf(manifest);
    assert.ok(targets.length > 8, String(targets));
    for (const target of targets) {
      assert.ok(existsSync(join(consumer.kit, target.replace('*', ''))), target);
    }
  });

  it('publint finds nothing', async () => {
    const tarball = readFileSync(packedPackage().tarball);
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer } });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  it('"are the types wrong" finds nothing, from node10 to bundlers, in its strict profile', async () => {
    const program = join(installed, '@arethetypeswrong/cli/dist/index.js');
    const args = [packedPackage().tarball, '--format', 'json', '--profile', 'strict'];
    const { text } = await runProgram(consumer, program, { args, traced: false });
    const { analysis } = JSON.parse(text) as {
      analysis: { problems: unknown[]; entrypoints: Readonly<Record<string, unknown>> };
    };
    assert.deepEqual(analysis.problems, []);
    assert.ok('./testing' in analysis.entrypoints && '.' in analysis.entrypoints);
  });

  it('each dependency loads by require, in a process that cannot require ES modules', async () => {
    for (const name of Object.keys(packedPackage().manifest.dependencies)) {
      const load = ['--no-experimental-require-module', '--require', name];
      await runProgram(consumer, 'nothing.cjs', { flags: load, traced: false });
    }
  });
});

/** Every text in `value` that begins with `./`, as a manifest writes its addresses. */
function targetsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return /^\.\/\S+$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}
