import { spawnSync } from 'node:child_process';

// A connection that somebody forgot to close would keep a run from ending; the whole of it takes some minutes.
const longest = 30 * 60 * 1000;

/** Runs one program with the console handed through, for half an hour at most; true when it ended well. */
export function runStep(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    timeout: longest,
    killSignal: 'SIGKILL',
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}
