/**
 * Runs the compiled tests in two processes side by side: those that start servers and browsers mostly wait, the others
 * compute. The second one's report is shown when it is whole. Counts go, added up, to the file that TEST_COUNTS names.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const waiting = /^\.build\/test\/(?:e2e|faults|package|recipes|stores|webhooks)\//;
const all = readdirSync('.build/test', { recursive: true })
  .filter((file) => file.endsWith('.test.js'))
  .map((file) => `.build/test/${file}`)
  .sort();
const shards = [all.filter((file) => waiting.test(file)), all.filter((file) => !waiting.test(file))];

const results = await Promise.all(shards.map((files, at) => run(files, at === 0, `.build/test-counts-${at}.json`)));
const total = results.reduce(
  (sum, { counts }) => ({
    passed: sum.passed + counts.passed,
    failed: sum.failed + counts.failed,
    skipped: sum.skipped + counts.skipped,
  }),
  { passed: 0, failed: 0, skipped: 0 },
);
if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(total));
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;

function run(files, shown, countsFile) {
  rmSync(countsFile, { force: true });
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', 'mocha', '--forbid-only', ...files], {
      stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
      env: { ...process.env, TEST_COUNTS: countsFile },
    });
    let said = '';
    child.stdout?.on('data', (text) => (said += text));
    child.stderr?.on('data', (text) => (said += text));
    child.once('close', (code) => {
      process.stdout.write(said);
      resolve({ code, counts: countsOf(countsFile) });
    });
  });
}

/** A process that died before its end has told nothing, and has failed. */
function countsOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
