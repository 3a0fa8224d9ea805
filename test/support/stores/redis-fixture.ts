import { randomId } from '../../../lib/base/ids.js';
import { createConnection, type RedisConnection } from '../../../lib/stores/redis/connection.js';
import { createKeys, type RedisKeys } from '../../../lib/stores/redis/keys.js';
import { startRedis, type RedisOptions, type TestRedis } from '../redis-server.js';

export interface RedisFixture {
  readonly server: TestRedis;
  readonly client: ReturnType<TestRedis['client']>;
  readonly redis: RedisConnection;
  /** Keys with a unique prefix. */
  keys(): RedisKeys;
}

export async function redisFixture(options?: RedisOptions): Promise<RedisFixture> {
  const server = await startRedis(options);
  const client = server.client();
  // A connection that is still greeting the server disturbs a MONITOR that starts at the same time.
  await client.ping();
  return { server, client, redis: createConnection(client), keys: () => createKeys(`test-${randomId().slice(0, 8)}:`) };
}
