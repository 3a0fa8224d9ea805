import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { reporters } from 'mocha';

/** One line that a machine can read: `12 passed, 0 failed`, with `, 1 skipped` when some were. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Mocha's `spec` with the skipped tests named at the end (their reason stands in the title) and a closing line. The file
 * of TEST_COUNTS also gets what failed and the seconds of each file, hooks included, so that a run of several processes
 * can name them at its own end.
 */
export default class ClosingLine extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const failures = [];
    runner.on('fail', (test, error) => failures.push({ title: test.fullTitle(), message: firstLines(error) }));
    const seconds = {};
    const begun = new Map();
    runner.on('suite', (suite) => begun.set(suite, performance.now()));
    runner.on('suite end', (suite) => {
      if (suite.parent?.root !== true) return;
      const file = relative('.build/test', suite.file);
      seconds[file] = (seconds[file] ?? 0) + (performance.now() - begun.get(suite)) / 1000;
    });
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      for (const title of skipped) reporters.Base.consoleLog('skipped: %s', title);
      report({ passed: this.stats.passes, failed: this.stats.failures, skipped: skipped.length, failures, seconds });
    });
  }
}

// The whole run has more to say after mocha (coverage), so it takes the counts and prints the line itself, last.
function report(counts) {
  if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
  else reporters.Base.consoleLog('\n%s', closingLine(counts));
}

// A message may quote a whole page: its beginning and the lines of code stay readable, and the end of a long log names both.
function firstLines(error) {
  const [message, frames] = [String(error?.message ?? error), String(error?.stack ?? '').split('\n')];
  const own = frames.filter((line) => /^\s+at .*\.build\/test\//.test(line)).slice(0, 3);
  return [message.slice(0, 600), ...own].join('\n');
}
