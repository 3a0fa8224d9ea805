import { spawnSync } from 'node:child_process';

/** What dependency-cruiser knows about lib/: `modules` with their imports, and `summary.violations`. */
export function cruiseLib() {
  const args = ['--no-install', 'depcruise', 'lib', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`dependency-cruiser gave no answer:\n${stderr}${stdout}`);
  }
}
