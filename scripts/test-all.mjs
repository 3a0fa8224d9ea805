import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { closingLine } from './mocha-reporter.mjs';
import { runStep } from './run-step.mjs';

const isCampaign = process.env.TEST_CAMPAIGNS === '1';
const counts = '.build/test-counts.json';
const node = (...args) => [process.execPath, args];
const tsc = (project, ...args) => node('node_modules/typescript-7/bin/tsc', '-p', project, ...args);
const shards = ['scripts/test-shards.mjs'];
const tests = node(...(isCampaign ? ['node_modules/c8/bin/c8.js', process.execPath] : []), ...shards);

/**
 * What is done one after the other, and within each row side by side. The types are checked once, over everything; the
 * package's two builds are made without another check. `needed`: nothing after it can tell anything.
 */
const rows = [
  [
    {
      title: 'types: library, examples, tests and benchmarks',
      run: tsc('tsconfig.json'),
      needed: true,
    },
    { title: 'machine: redis-server, postgres and chromium', run: node('scripts/test-machine.mjs'), needed: true },
    { title: 'machine: other versions of Node', run: node('scripts/other-nodes.mjs') },
    { title: 'build: dist/esm and dist/cjs', run: node('scripts/build.mjs'), needed: true },
    { title: 'lint: TypeScript', run: node('node_modules/oxlint/bin/oxlint') },
  ],
  [
    { title: 'lint: JavaScript and lib/flow', run: node('node_modules/eslint/bin/eslint.js', '.') },
    { title: 'exports: used by another file, or public', run: node('scripts/unused-exports.mjs') },
    { title: 'words: names of the field, comments in plain English', run: node('scripts/words.mjs') },
    { title: 'layers: who may import whom', run: node('scripts/layers.mjs') },
    { title: 'picture of the rooms is up to date', run: node('scripts/draw-rooms.mjs', '--check') },
    { title: 'types of the JSON client are up to date', run: node('scripts/client-types.mjs', '--check') },
    { title: 'tests', run: [...tests, { TEST_COUNTS: counts }], counted: true },
  ],
];

mkdirSync('.build', { recursive: true });
rmSync(counts, { force: true });
await runStep({ title: 'old output is swept away', run: node('scripts/sweep-output.mjs') });

const failed = [];
for (const row of rows) {
  const ends = await Promise.all(row.map((step) => runStep({ ...step, quiet: row.length > 1 })));
  const bad = row.filter((_, at) => !ends[at]);
  failed.push(...bad);
  if (bad.some(({ needed }) => needed)) break;
}

const total = testCounts();
// Tests that failed are counted one by one already; any other step that failed counts as one failure.
const elsewhere = failed.filter(({ counted }) => !(counted && total.failed > 0));
console.log('');
for (const { title } of failed) console.log(`FAILED: ${title}`);
for (const title of total.titles ?? []) console.log(`failed: ${title}`);
console.log(closingLine({ ...total, failed: total.failed + elsewhere.length }));
process.exitCode = failed.length > 0 ? 1 : 0;

function testCounts() {
  try {
    return JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
