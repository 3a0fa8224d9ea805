import { performance } from 'node:perf_hooks';
import { spawn } from 'node:child_process';

// A connection that somebody forgot to close would keep a run from ending; the whole of it takes some minutes.
const longest = 30 * 60 * 1000;
const longestCampaign = 3 * 60 * 60 * 1000;

/**
 * Runs one program, for half an hour at most (three in a campaign); true when it ended well. What it says is shown as
 * it comes, or with `quiet` when it has ended, so that two steps at a time do not talk at once.
 */
export async function runStep({ title, run: [command, args, env = {}], quiet = false }) {
  const begun = performance.now();
  if (!quiet) console.log(`\n== ${title}`);
  const child = spawn(command, args, {
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    env: { ...process.env, ...env },
    timeout: process.env.TEST_CAMPAIGNS === '1' ? longestCampaign : longest,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stdout?.on('data', (text) => (said += text));
  child.stderr?.on('data', (text) => (said += text));
  const status = await new Promise((resolve) => {
    child.once('error', (error) => {
      said += `${command}: ${error.message}\n`;
      resolve(undefined);
    });
    child.once('close', resolve);
  });
  if (quiet) console.log(`\n== ${title}`);
  process.stdout.write(said);
  console.log(`-- ${Math.round((performance.now() - begun) / 1000)} s`);
  return status === 0;
}
