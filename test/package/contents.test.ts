import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'mocha';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { installed, openConsumer, type Consumer } from './consumer.js';
import { itInCampaign } from '../support/campaign.js';
import { packedPackage, projectRoot, type Manifest } from '../support/package/packed.js';
import { runProgram } from '../support/package/run-program.js';

describe('the content of the packed package', () => {
  let consumer: Consumer;
  before(() => {
    consumer = openConsumer({ packages: { express: 'express' } });
  });

  it('is code, types, Redis scripts, pages, stylesheet, documents and examples, and no more', () => {
    const { files } = packedPackage();
    const folders = new Set(files.map((file) => file.replace(/^(dist\/[^/]+|[^/]+)\/.*$/, '$1/')));
    assert.deepEqual(
      [...folders].sort(),
      [
        ...[
          'CHANGELOG.md',
          'LICENSE',
          'README.md',
          'assets/',
          'dist/cjs/',
          'dist/esm/',
          'dist/licenses/',
          'docs/',
          'examples/',
        ],
        ...['languages/', 'lib/', 'package-root.d.ts', 'package-root.js', 'package.json', 'views/'],
      ].sort(),
    );
    assert.deepEqual(
      files.filter((file) => !file.startsWith('examples/') && /\.map$|(?<!\.d)\.ts$|\.test\./.test(file)),
      [],
    );
    const scripts = readdirSync(join(projectRoot, 'lib/stores/redis/scripts'));
    assert.deepEqual(
      files.filter((file) => file.startsWith('lib/')).sort(),
      scripts.map((file) => `lib/stores/redis/scripts/${file}`).sort(),
    );
  });

  it('is bundled: entries for each module system, and few shared files', () => {
    const { files } = packedPackage();
    const entries = [
      'index',
      'client',
      'flow-files',
      'flows',
      'mail',
      'policies',
      'ports',
      'prompts',
      'python',
      'sources',
      'sql',
      'stages',
      'testing/index',
      'tickets',
    ].flatMap((name) => [`${name}.d.ts`, `${name}.js`]);
    for (const [system, more] of [
      ['esm', ['cli/main.js']],
      ['cjs', ['package-root.cjs', 'package.json']],
    ] as const) {
      const folder = `dist/${system}/`;
      const inside = files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length));
      const shared = inside.filter((file) => /^chunks\/[\w-]+(\.d\.ts|\.js)$/.test(file));
      assert.deepEqual(inside.filter((file) => !shared.includes(file)).sort(), [...entries, ...more].sort());
      assert.ok(shared.length <= 42, `${shared.length}: ${String(shared)}`);
    }
  });

  it('has the licenses of what is bundled, which is no longer a dependency', () => {
    const { files, manifest } = packedPackage();
    const licenses = files.filter((file) => file.startsWith('dist/licenses/'));
    assert.deepEqual(licenses, ['dist/licenses/connect-redis.txt']);
    assert.match(
      readFileSync(join(consumer.kit, 'dist/licenses/connect-redis.txt'), 'utf8'),
      /^MIT License\n\nCopyright/,
    );
    assert.ok(!('connect-redis' in manifest.dependencies));
  });

  it('F35: every link between its documents points to a file of the package', () => {
    const { files } = packedPackage();
    for (const page of files.filter((file) => file.endsWith('.md'))) {
      const text = readFileSync(join(consumer.kit, page), 'utf8').replace(/```[\s\S]*?```/g, '');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g))
        assert.ok(existsSync(join(consumer.kit, dirname(page), target)), `${page} leads to ${target}`);
    }
  });

  it('F41: no file names a missing source map, and the manifest overrides nothing', () => {
    for (const file of packedPackage().files.filter((each) => each.startsWith('dist/') && each.endsWith('.js')))
      assert.doesNotMatch(readFileSync(join(consumer.kit, file), 'utf8'), /sourceMappingURL/, file);
    const manifest = JSON.parse(readFileSync(join(consumer.kit, 'package.json'), 'utf8')) as object;
    assert.ok(!('overrides' in manifest));
  });

  it('every path in its manifest points to a file', () => {
    const manifest = JSON.parse(readFileSync(join(consumer.kit, 'package.json'), 'utf8')) as Manifest;
    const targets = targetsOf(manifest);
    assert.ok(targets.length > 8, String(targets));
    for (const target of targets) {
      assert.ok(existsSync(join(consumer.kit, target.replace('*', ''))), target);
    }
  });

  it('publint reports nothing', async () => {
    const tarball = readFileSync(packedPackage().tarball);
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer } });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  itInCampaign('are-the-types-wrong reports nothing, from node10 to bundlers, in its strict profile', async () => {
    const program = join(installed, '@arethetypeswrong/cli/dist/index.js');
    const args = [packedPackage().tarball, '--format', 'json', '--profile', 'strict'];
    const { text } = await runProgram(consumer, program, { args, traced: false });
    const { analysis } = JSON.parse(text) as {
      analysis: { problems: unknown[]; entrypoints: Readonly<Record<string, unknown>> };
    };
    assert.deepEqual(analysis.problems, []);
    for (const entry of [
      '.',
      './client',
      './flow-files',
      './flows',
      './policies',
      './mail',
      './ports',
      './prompts',
      './python',
      './sources',
      './sql',
      './stages',
      './testing',
    ])
      assert.ok(entry in analysis.entrypoints, entry);
  });

  it('each dependency loads by require, in a process that cannot require ES modules', async () => {
    for (const name of Object.keys(packedPackage().manifest.dependencies)) {
      const load = ['--no-experimental-require-module', '--require', name];
      await runProgram(consumer, 'nothing.cjs', { flags: load, traced: false });
    }
  });
});

/** Every text in `value` that begins with `./`, as a manifest writes its paths. */
function targetsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return /^\.\/\S+$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}
