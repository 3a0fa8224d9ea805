#!/usr/bin/env node
import { runProgram } from './program.js';
import { exitCodes } from './terminal.js';

const { stdout, stderr } = process;
const graceMs = 250;

// The reader may close the pipe, as `| head` does; that is not an error of the CLI.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Node exits with 0 when nothing is pending, even while a configuration awaits a promise that never settles.
let ended = false;
process.once('exit', () => {
  if (!ended) process.exitCode = exitCodes.failed;
});

void runProgram(process.argv.slice(2), {
  stdout,
  stderr,
  stdin: process.stdin,
  cwd: process.cwd(),
  env: process.env,
  now: () => Date.now(),
  onInterrupt(act) {
    process.once('SIGINT', act);
    return () => process.off('SIGINT', act);
  },
}).then((code) => {
  ended = true;
  process.exitCode = code;
  // The app's configuration may have opened resources that the CLI cannot close, such as a database pool. The command
  // no longer needs them. The timer does not keep the process alive.
  setTimeout(() => {
    stdout.write('', () => stderr.write('', () => process.exit(code)));
  }, graceMs).unref();
});
