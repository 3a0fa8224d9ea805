import { spawnSync } from 'node:child_process';

/** Runs one program with the console handed through; true when it ended well. */
export function runStep(title, command, args, env = {}) {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}
