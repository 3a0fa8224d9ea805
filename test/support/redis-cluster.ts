import { Cluster, type Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { startRedis, type TestRedis } from './redis-server.js';
import { waitUntil } from './wait-until.js';

export interface ClusterNode {
  readonly id: string;
  readonly server: TestRedis;
  /** A connection to this node alone: it answers MOVED for keys of other nodes. */
  readonly client: Redis;
}

export interface TestCluster {
  readonly nodes: readonly ClusterNode[];
  /** A client as an app creates it; `stop` closes it. */
  client(as?: { readonly username: string; readonly password: string }): Cluster;
  slotOf(key: string): Promise<number>;
  ownerOf(slot: number): Promise<ClusterNode>;
  /**
   * Moves a slot to another node as `redis-cli --cluster reshard` does. `amid` runs while the slot is migrating and
   * half of its keys have moved: the old owner answers ASK for them, and scripts that need keys of both get TRYAGAIN.
   */
  move(slot: number, to: ClusterNode, amid?: () => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

const thirds = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
] as const;

/** Three masters without replicas; a node that is silent for a second counts as failed. */
export async function startCluster(): Promise<TestCluster> {
  const started = await Promise.all(thirds.map(startNode));
  const [first] = started;
  if (first === undefined) throw new Error('no node');
  for (const [at, { client, server, busPort }] of started.entries()) {
    await client.cluster('ADDSLOTSRANGE', ...(thirds[at] ?? []));
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
    if (client !== first.client) await first.client.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
  }
  await Promise.all(started.map(({ client }) => agreed(client)));

  const nodes: readonly ClusterNode[] = started;
  const clients: Cluster[] = [];
  const ownerOf = async (slot: number): Promise<ClusterNode> => {
    const lines = String(await first.client.call('CLUSTER', 'NODES')).split('\n');
    const owner = nodes.find(({ id }) => lines.some((line) => line.startsWith(id) && holds(line, slot)));
    if (owner === undefined) throw new Error(`nobody has slot ${slot}`);
    return owner;
  };

  return {
    nodes,
    client(as) {
      const startup = nodes.map(({ server }) => ({ host: '127.0.0.1', port: server.port }));
      const client = as === undefined ? new Cluster(startup) : new Cluster(startup, { redisOptions: { ...as } });
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    },
    slotOf: async (key) => Number(await first.client.call('CLUSTER', 'KEYSLOT', key)),
    ownerOf,
    async move(slot, to, amid) {
      const from = await ownerOf(slot);
      await to.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
      await from.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
      const keys = async (): Promise<string[]> =>
        from.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 1000) as Promise<string[]>;
      const migrate = async (some: readonly string[]): Promise<void> => {
        if (some.length > 0)
          await from.client.call('MIGRATE', '127.0.0.1', to.server.port, '', 0, 1000, 'KEYS', ...some);
      };
      const before = await keys();
      await migrate(before.slice(0, Math.ceil(before.length / 2)));
      await amid?.();
      for (let left = await keys(); left.length > 0; left = await keys()) await migrate(left);
      // The new owner first, so that the slot always has an owner.
      for (const node of [to, from, ...nodes.filter((other) => other !== to && other !== from)])
        await node.client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await Promise.all(nodes.map(({ server }) => server.stop()));
    },
  };
}

async function startNode(): Promise<ClusterNode & { readonly busPort: number }> {
  const busPort = await freePort();
  const server = await startRedis({
    args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-port', String(busPort)],
  });
  const client = server.client();
  return { id: String(await client.call('CLUSTER', 'MYID')), server, client, busPort };
}

/** A line of CLUSTER NODES ends with the node's slots: single slots, ranges, and in brackets the migrating ones. */
function holds(line: string, slot: number): boolean {
  return line
    .trim()
    .split(' ')
    .slice(8)
    .some((part) => {
      const [from = '', to = from] = part.split('-');
      return /^\d+$/.test(from) && Number(from) <= slot && slot <= Number(to);
    });
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
