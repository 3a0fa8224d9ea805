import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { waitUntil } from './wait-until.js';

export interface OwnProcess {
  readonly pid: number;
  readonly exited: boolean;
  /** Resolves when the process has ended and all of its output was read, however it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stdout(): string;
  stderr(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits; a process that has not ended after `timeoutMs` is killed. */
  end(signal: NodeJS.Signals, timeoutMs?: number): Promise<void>;
}

const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();

// A test run that crashes or is asked to end must not leave servers running.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
process.once('SIGTERM', () => process.exit(143));

export async function ownProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<OwnProcess> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  running.add(child);
  const ended: OwnProcess['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));

  return {
    pid: child.pid!,
    get exited() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    ended,
    stdout: () => said.out,
    stderr: () => said.err,
    signal: (signal) => void child.kill(signal),
    async end(signal, timeoutMs = 5000) {
      const tooLong = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      child.kill(signal);
      await ended;
      clearTimeout(tooLong);
    },
  };
}

/** The server, once it answers; it is killed if it ends or stays silent before. */
export async function onceAnswering(
  name: string,
  server: OwnProcess,
  answers: () => Promise<boolean>,
): Promise<OwnProcess> {
  const complaint = (): string => `${name} does not answer:\n${server.stdout()}${server.stderr()}`;
  try {
    return await waitUntil(async () => {
      if (server.exited) throw new Error(complaint());
      return (await answers()) ? server : undefined;
    }, complaint);
  } catch (error) {
    await server.end('SIGKILL');
    throw error;
  }
}
