import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();

// The last resort when the driver ends without having stopped its child processes.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function own(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Asks a child process to end, and kills it after two seconds. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 2000);
  await ended;
  clearTimeout(insist);
}
