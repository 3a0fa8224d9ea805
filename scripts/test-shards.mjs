/**
 * Runs the compiled tests, and the checks that need nothing of them, side by side: two processes more than the machine
 * has cores, because tests often wait. The tests are cut into groups by folder, and each free process takes the next group,
 * the longest first, so that all end at about the same time. A group's report is shown when it is whole. Counts go,
 * added up, to the file that TEST_COUNTS names.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

/** Groups of tests by their paths below `test/`, the longest first; what none of them takes is the last group. */
const groups = [
  /^faults\/(?!redemption|revoked)/,
  /^(?!cli|e2e|faults|guards|http|package|pages|recipes|stores|webhooks)/,
  /^e2e\/(?!sso)/,
  /^http\/(?!guards|sources)/,
  /^http\/sources\//,
  /^cli\//,
  /^(?:stores|webhooks)\//,
  /^(?:package|recipes)\//,
  /^http\/guards\//,
  /^e2e\//,
  /^pages\//,
  /^/,
];

const left = new Set(
  readdirSync('.build/test', { recursive: true })
    .filter((file) => file.endsWith('.test.js'))
    .sort(),
);
const queue = groups.map((group, at) => {
  const files = [...left].filter((file) => group.test(file));
  for (const file of files) left.delete(file);
  return { files: files.map((file) => `.build/test/${file}`), counts: `.build/test-counts-${at}.json` };
});

const failed = [];
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const seconds = [];
const tests = queue.filter(({ files }) => files.length > 0);
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) + 2 }, work));
const slowest = seconds.sort(([, one], [, other]) => other - one).slice(0, 40);
process.stdout.write(
  `\nthe slowest files, in seconds:\n${slowest.map(([file, length]) => `${length.toFixed(1).padStart(7)}  ${file}\n`).join('')}`,
);
for (const { title, message } of failures) process.stdout.write(`\nfailed: ${title}\n  ${message}\n`);
if (process.env.TEST_COUNTS)
  writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ ...total, titles: failures.map(({ title }) => title) }));
process.exitCode = failed.length > 0 ? 1 : 0;

async function work() {
  for (let group = tests.shift(); group !== undefined; group = tests.shift()) {
    const counts = await run(group);
    for (const key of Object.keys(total)) total[key] += counts[key];
    failures.push(...(counts.failures ?? []));
    seconds.push(...Object.entries(counts.seconds ?? {}));
  }
}

function run({ files, counts }) {
  rmSync(counts, { force: true });
  const begun = performance.now();
  return new Promise((resolve) => {
    // `--exit`: what a failed hook left running must not keep the whole run from ending.
    const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', '--forbid-only', '--exit', ...files], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TEST_COUNTS: counts },
    });
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    child.once('close', (code) => {
      const seconds = Math.round((performance.now() - begun) / 1000);
      process.stdout.write(`${said}\n-- ${files.length} files from ${files[0]} on: ${seconds} s\n`);
      if (code !== 0) failed.push(files);
      resolve(countsOf(counts));
    });
  });
}

/** A process that died before its end has told nothing, and has failed. */
function countsOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [{ title: file, message: 'the process did not end' }] };
  }
}
