import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram } from './find-program.js';
import { freePort } from './free-port.js';
import { ownProcess, type OwnProcess } from './own-process.js';
import { processListeningAt } from './redis-ping.js';
import { startRedis, type TestRedis } from './redis-server.js';
import { temporaryFolder } from './temporary-folder.js';
import { waitUntil } from './wait-until.js';

export interface TestSentinel {
  /** What an app passes as `sentinels` and `name`. */
  readonly address: { readonly sentinels: readonly { host: string; port: number }[]; readonly name: string };
  /** A client as docs/operations.md recommends it; `stop` closes it. */
  client(): Redis;
  /** The server that the sentinels consider the primary. */
  primary(): Promise<TestRedis>;
  replicas(): Promise<readonly TestRedis[]>;
  /** Resolves once the sentinels agree on a primary other than `former` and it accepts writes. */
  promoted(former: TestRedis): Promise<TestRedis>;
  /** From now on no write to the primary reaches a replica, until `joinReplicas`. */
  partReplicas(): Promise<void>;
  joinReplicas(): Promise<void>;
  stop(): Promise<void>;
}

const name = 'club';
const silentForMs = 500;

/** One primary, two replicas and three sentinels with a quorum of two. */
export async function startSentinel(): Promise<TestSentinel> {
  const primary = await startRedis({ args: quickly });
  const replicas = await Promise.all(
    [1, 2].map(() => startRedis({ args: [...quickly, '--replicaof', `127.0.0.1 ${primary.port}`] })),
  );
  const servers: readonly TestRedis[] = [primary, ...replicas];
  await Promise.all(replicas.map(linked));
  const sentinels = await Promise.all([1, 2, 3].map(() => launchSentinel(primary.port)));
  const watchers = sentinels.map(({ port }) => watcher(port));
  await waitUntil(
    async () => ((await Promise.all(watchers.map(knowsAll))).every(Boolean) ? true : undefined),
    () => 'the sentinels do not find one another',
  );

  const clients: Redis[] = [];
  let parted: readonly TestRedis[] = [];
  const serverAt = (port: number): TestRedis => {
    const found = servers.find((server) => server.port === port);
    if (found === undefined) throw new Error(`no server at ${port}`);
    return found;
  };
  const primaryOf = async (sentinel: Redis): Promise<number> =>
    Number(((await sentinel.call('SENTINEL', 'get-master-addr-by-name', name)) as string[])[1]);
  const current = async (): Promise<TestRedis> => serverAt(await primaryOf(watchers[0]!));
  const others = async (): Promise<readonly TestRedis[]> => {
    const now = await current();
    return servers.filter((server) => server !== now);
  };
  const address = { sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })), name };

  return {
    address,
    client() {
      const client = new Redis({ ...forSentinel, sentinels: [...address.sentinels], name });
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    },
    primary: current,
    replicas: others,
    promoted: (former) =>
      waitUntil(
        async () => {
          const ports = await Promise.all(watchers.map(primaryOf));
          if (ports.some((port) => port !== ports[0] || port === former.port)) return undefined;
          const now = serverAt(ports[0]!);
          return /^role:master/m.test(await now.client().info('replication')) ? now : undefined;
        },
        () => 'nobody was promoted',
        20_000,
      ),
    async partReplicas() {
      parted = await others();
      await Promise.all(parted.map((replica) => follow(replica, 'nobody', 'x')));
      await (await current()).client().call('CLIENT', 'KILL', 'TYPE', 'replica');
    },
    async joinReplicas() {
      await Promise.all(parted.map((replica) => follow(replica, '', '')));
    },
    async stop() {
      for (const client of [...clients, ...watchers]) client.disconnect();
      await Promise.all(sentinels.map(({ process }) => process.end('SIGTERM')));
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** A primary that stops responding closes no connection: without `socketTimeout` a client would wait for minutes. */
const forSentinel = { maxRetriesPerRequest: 1, connectTimeout: 2000, socketTimeout: 3000 };
const quickly = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];

/** Sets the credentials with which a replica authenticates to the primary; with others it receives nothing. */
async function follow(replica: TestRedis, user: string, password: string): Promise<void> {
  await replica.client().config('SET', 'masteruser', user, 'masterauth', password);
}

async function linked(replica: TestRedis): Promise<void> {
  const client = replica.client();
  await waitUntil(
    async () => (/master_link_status:up/.test(await client.info('replication')) ? true : undefined),
    () => 'a replica does not follow',
  );
}

async function launchSentinel(primaryPort: number): Promise<{ readonly port: number; readonly process: OwnProcess }> {
  const port = await freePort();
  const folder = temporaryFolder();
  const file = join(folder, 'sentinel.conf');
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 2`,
      `sentinel down-after-milliseconds ${name} ${silentForMs}`,
      `sentinel failover-timeout ${name} 3000`,
      `sentinel parallel-syncs ${name} 2`,
      '',
    ].join('\n'),
  );
  const process = await ownProcess(findProgram('REDIS_SERVER', 'redis-server'), [file, '--sentinel']);
  const complaint = (): string => `a sentinel does not answer:\n${process.stdout()}${process.stderr()}`;
  await waitUntil(async () => {
    if (process.exited) throw new Error(complaint());
    return (await processListeningAt(port)) === process.pid ? true : undefined;
  }, complaint);
  return { port, process };
}

function watcher(port: number): Redis {
  const client = new Redis(port, '127.0.0.1', { enableReadyCheck: false, protocol: 2, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return client;
}

async function knowsAll(sentinel: Redis): Promise<boolean> {
  const facts = (await sentinel.call('SENTINEL', 'master', name)) as string[];
  const fact = (key: string): string | undefined => facts[facts.indexOf(key) + 1];
  return fact('num-slaves') === '2' && fact('num-other-sentinels') === '2' && fact('flags') === 'master';
}
