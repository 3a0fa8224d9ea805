import { Cluster, type Redis } from 'ioredis';
import { freePort } from '../free-port.js';
import { startRedis } from '../redis-server.js';
import { waitUntil } from '../wait-until.js';

export interface RedisCluster {
  readonly client: Cluster;
  stop(): Promise<void>;
}

const thirds = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
] as const;

/** Three masters without replicas. */
export async function startCluster(): Promise<RedisCluster> {
  const servers = await Promise.all(
    thirds.map(async () => {
      const busPort = await freePort();
      const server = await startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)] });
      return { busPort, server, client: server.client() };
    }),
  );
  const [first] = servers;
  if (first === undefined) throw new Error('no server');
  for (const [at, { client }] of servers.entries()) {
    await client.cluster('ADDSLOTSRANGE', ...(thirds[at] ?? []));
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
    if (client !== first.client) {
      const { server, busPort } = servers[at] ?? first;
      await first.client.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
    }
  }
  await Promise.all(servers.map(({ client }) => agreed(client)));

  const client = new Cluster([{ host: '127.0.0.1', port: first.server.port }]);
  return {
    client,
    async stop() {
      client.disconnect();
      await Promise.all(servers.map(({ server }) => server.stop()));
    },
  };
}

function agreed(client: Redis): Promise<unknown> {
  return waitUntil(
    async () => {
      const info = await client.cluster('INFO');
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3') ? true : undefined;
    },
    () => 'the cluster does not come together',
  );
}
