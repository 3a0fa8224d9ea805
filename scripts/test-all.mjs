import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { closingLine } from './mocha-reporter.mjs';
import { runStep } from './run-step.mjs';

const counts = '.build/test-counts.json';
const npm = (script) => ['npm', ['run', '--silent', script]];
const node = (...args) => [process.execPath, args];
const tests = ['npx', ['--no-install', 'c8', process.execPath, 'scripts/test-shards.mjs'], { TEST_COUNTS: counts }];

// The generated Lua is compared before the build writes it anew. `needed`: nothing after it can tell anything.
const steps = [
  { title: 'machine: redis-server, postgres and chromium', run: node('scripts/test-machine.mjs'), needed: true },
  { title: 'machine: other versions of Node', run: node('scripts/other-nodes.mjs') },
  { title: 'generated Lua is up to date', run: node('scripts/embed-lua.mjs', '--check') },
  { title: 'build: dist/esm and dist/cjs', run: npm('build'), needed: true },
  { title: 'types: library, examples, tests and benchmarks', run: npm('compile'), needed: true },
  { title: 'lint', run: npm('lint') },
  { title: 'layers: who may import whom', run: npm('layers') },
  { title: 'picture of the rooms is up to date', run: node('scripts/draw-rooms.mjs', '--check') },
  { title: 'tests, with coverage', run: tests, counted: true },
];

mkdirSync('.build', { recursive: true });
rmSync(counts, { force: true });

const failed = [];
for (const { title, run, needed } of steps) {
  if (runStep(title, ...run)) continue;
  failed.push(title);
  if (needed) break;
}

const total = testCounts();
// Tests that failed are counted one by one already; any other step that failed counts as one failure.
const elsewhere = failed.filter((title) => !(total.failed > 0 && steps.find((step) => step.title === title).counted));
console.log('');
for (const title of failed) console.log(`FAILED: ${title}`);
console.log(closingLine({ ...total, failed: total.failed + elsewhere.length }));
process.exitCode = failed.length > 0 ? 1 : 0;

function testCounts() {
  try {
    return JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
