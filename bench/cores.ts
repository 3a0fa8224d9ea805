import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Each server runs alone on one core; the driver and Redis share another. Without two cores or taskset nothing is
 * pinned.
 */
export interface Cores {
  readonly servers: string;
  readonly driver: string;
}

function allowedCores(): string[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
  });
}

export function takeCores(): Cores | null {
  try {
    const [servers, driver] = allowedCores();
    if (servers === undefined || driver === undefined) return null;
    execFileSync('taskset', ['-a', '-c', '-p', driver, String(process.pid)], { stdio: 'ignore' });
    return { servers, driver };
  } catch {
    return null;
  }
}

/** The command line that runs a program on one core. taskset becomes the program, so the pid is the program's own. */
export function onCore(core: string | undefined, program: string, args: readonly string[]): [string, string[]] {
  return core === undefined ? [program, [...args]] : ['taskset', ['-c', core, program, ...args]];
}
