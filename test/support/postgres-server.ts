import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool, type PoolConfig } from 'pg';
import { freePort } from './free-port.js';
import { onceAnswering, ownProcess, type OwnProcess } from './own-process.js';
import { plainUser, postgresProgram, type PlainUser } from './postgres-program.js';
import { temporaryFolder } from './temporary-folder.js';

export interface TestPostgres {
  readonly port: number;
  /** Creates an empty database; returns its URL. */
  database(): Promise<string>;
  /** A pool of the test for a URL; `stop` ends it. Lost idle connections are not reported. */
  pool(url: string, config?: PoolConfig): Pool;
  /** Ends the server gracefully, and the pools created here. */
  stop(): Promise<void>;
  /** Ends the server at once, with all connections; committed data stays. Pools stay open and notice. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, after `kill`. */
  start(): Promise<void>;
  /** The connections' processes answer nothing until `thaw`, and no new one is accepted. */
  freeze(): void;
  thaw(): void;
}

// After a killed server the data is in the operating system's cache; only a power cut would need the disk.
const settings = [
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=16MB',
  'max_connections=120',
  'jit=off',
  // It would visit each of the many small databases once a minute.
  'autovacuum=off',
];

/** A folder that initdb has filled: a copy takes a tenth of the time. */
let template: string | undefined;

/** A separate PostgreSQL server on a free loopback port. */
export async function startPostgres(): Promise<TestPostgres> {
  const user = plainUser();
  const folder = temporaryFolder();
  user.own(folder);
  const data = join(folder, 'data');
  template ??= initialized(user);
  run(user, 'cp', '-a', template, data);

  const port = await freePort();
  const launch = (): Promise<OwnProcess> => launchServer([...user.prefix, postgresProgram('postgres')], data, port);
  let server = await launch();
  let databases = 0;
  const pools: Pool[] = [];
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const pid of processesOf(server.pid)) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // A connection's process may have ended after it was listed.
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  };

  return {
    port,
    async database() {
      const name = `test_${(databases += 1)}`;
      await ask(port, `CREATE DATABASE ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    pool(url, config = {}) {
      const pool = new Pool({ connectionString: url, ...config });
      // Without a listener a lost idle connection would end the test run.
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    async stop() {
      await Promise.all(pools.splice(0).map(async (pool) => (pool.ended ? undefined : pool.end())));
      signalAll('SIGCONT');
      await server.end('SIGINT');
    },
    // "Immediate shutdown": every process of the server exits without cleanup, as in a crash.
    kill: () => server.end('SIGQUIT'),
    async start() {
      if (server.exited) server = await launch();
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
  };
}

function initialized(user: PlainUser): string {
  const folder = temporaryFolder();
  user.own(folder);
  const data = join(folder, 'data');
  const locale = ['-E', 'UTF8', '--lc-ctype=C.UTF-8', '--lc-collate=C'];
  run(user, postgresProgram('initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', ...locale, '--no-sync');
  return data;
}

function run(user: PlainUser, ...command: readonly string[]): void {
  const [program = '', ...args] = [...user.prefix, ...command];
  // The user may not enter the project's folder.
  execFileSync(program, args, { cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
}

async function launchServer(command: readonly string[], data: string, port: number): Promise<OwnProcess> {
  const [program = '', ...prefix] = command;
  const listening = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const options = [...listening, ...settings].flatMap((setting) => ['-c', setting]);
  const server = await ownProcess(program, [...prefix, '-D', data, '-p', String(port), ...options], { cwd: data });
  const answers = (): Promise<boolean> => ask(port, 'SELECT 1').catch(() => false);
  return onceAnswering(`postgres on port ${port}`, server, answers);
}

async function ask(port: number, sql: string): Promise<true> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
    return true;
  } finally {
    await client.end();
  }
}

/** The server and its child processes, as Linux lists them. */
function processesOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [...children.split(' ').filter((id) => id !== ''), String(pid)].map(Number);
}
