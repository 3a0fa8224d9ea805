import { ownProcess, type OwnProcess } from './own-process.js';
import { waitUntil } from './wait-until.js';

export interface ChildServerOptions {
  readonly args?: readonly string[];
  /** Merged over this process's own environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** A line of stdout that says the server listens; its first group is the URL or the port. Default: any loopback URL. */
  readonly ready?: RegExp;
  /** Instead of a line: the server is up when this URL answers 200, and the URL's origin is the server's. */
  readonly healthz?: string;
  readonly timeoutMs?: number;
}

export interface ChildServer {
  readonly url: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  readonly ended: OwnProcess['ended'];
  /** SIGTERM: a graceful stop; SIGKILL after five seconds of silence. */
  stop(): Promise<void>;
  /** SIGKILL, like a crash. */
  kill(): Promise<void>;
}

const anyUrl = /(https?:\/\/(?:localhost|127\.0\.0\.1):\d+)/;

/** Runs a Node program and waits until it serves. */
export async function startServer(program: string, options: ChildServerOptions = {}): Promise<ChildServer> {
  const child = await ownProcess(process.execPath, [program, ...(options.args ?? [])], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  const complaint = (): string => `${program} does not serve:\n${child.stdout()}${child.stderr()}`;
  const address = async (): Promise<string | undefined> => {
    if (child.exited) throw new Error(complaint());
    return options.healthz === undefined
      ? announced(child.stdout(), options.ready ?? anyUrl)
      : healthy(options.healthz);
  };
  try {
    const url = await waitUntil(address, complaint, options.timeoutMs ?? 45_000);
    return {
      url,
      pid: child.pid,
      stdout: child.stdout,
      stderr: child.stderr,
      ended: child.ended,
      stop: () => child.end('SIGTERM'),
      kill: () => child.end('SIGKILL'),
    };
  } catch (error) {
    await child.end('SIGKILL');
    throw error;
  }
}

function announced(stdout: string, ready: RegExp): string | undefined {
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [all, place] = ready.exec(line) ?? [];
    if (all !== undefined)
      return place !== undefined && /^\d+$/.test(place) ? `http://127.0.0.1:${place}` : (place ?? all);
  }
  return undefined;
}

async function healthy(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.ok ? new URL(url).origin : undefined;
  } catch {
    return undefined;
  }
}
