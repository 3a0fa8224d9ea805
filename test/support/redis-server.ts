import { Redis } from 'ioredis';
import { findProgram } from './find-program.js';
import { freePort } from './free-port.js';
import { onceAnswering, ownProcess, type OwnProcess } from './own-process.js';
import { watchCommands, type SeenCommands } from './redis-monitor.js';
import { processListeningAt } from './redis-ping.js';
import { temporaryFolder } from './temporary-folder.js';

export interface RedisOptions {
  /**
   * Writes every command to disk before it answers, so that `kill` and `start` lose nothing. Default: nothing is
   * persisted.
   */
  readonly persistence?: boolean;
  /** More arguments for redis-server, e.g. `['--maxmemory-policy', 'noeviction']`. */
  readonly args?: readonly string[];
}

export interface TestRedis {
  readonly port: number;
  readonly url: string;
  /** A connection of the test; `stop` closes it. */
  client(): Redis;
  /** Records every command from now on. */
  monitor(): Promise<SeenCommands>;
  /** Ends the server gracefully, and the connections created here. */
  stop(): Promise<void>;
  /** Ends the server like a power cut; connections stay open and notice. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, after `stop` or `kill`. */
  start(): Promise<void>;
  /** The server accepts connections but answers nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
}

const lasting = ['--appendonly', 'yes', '--appendfsync', 'always'];
const fleeting = ['--appendonly', 'no'];

/** A separate redis-server on a free loopback port. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const folder = temporaryFolder();
  const kept = [...(options.persistence === true ? lasting : fleeting), ...(options.args ?? [])];
  const launch = (port: number): Promise<OwnProcess> =>
    launchServer(port, ['--bind', '127.0.0.1', '--dir', folder, '--save', '', ...kept]);

  const { port, first } = await launchSomewhere(launch);
  let server = first;
  const closers: (() => void)[] = [];

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    client() {
      const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
      // Without a listener ioredis prints each lost connection; the error of the failed command is enough.
      client.on('error', () => undefined);
      closers.push(() => client.disconnect());
      return client;
    },
    async monitor() {
      const seen = await watchCommands(port);
      closers.push(seen.close);
      return seen;
    },
    async stop() {
      for (const close of closers.splice(0)) close();
      server.signal('SIGCONT');
      await server.end('SIGTERM');
    },
    kill: () => server.end('SIGKILL'),
    async start() {
      if (server.exited) server = await launch(port);
    },
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
  };
}

// Another process may take the free port in the moment before redis-server binds it.
async function launchSomewhere(
  launch: (port: number) => Promise<OwnProcess>,
): Promise<{ port: number; first: OwnProcess }> {
  for (let round = 1; ; round += 1) {
    const port = await freePort();
    try {
      return { port, first: await launch(port) };
    } catch (error) {
      if (round === 3) throw error;
    }
  }
}

async function launchServer(port: number, args: readonly string[]): Promise<OwnProcess> {
  const server = await ownProcess(findProgram('REDIS_SERVER', 'redis-server'), ['--port', String(port), ...args]);
  const answers = async (): Promise<boolean> => (await processListeningAt(port)) === server.pid;
  return onceAnswering(`redis-server on port ${port}`, server, answers);
}
