import type { Log } from '../../ports/log.js';
import { checkClient, type IoRedis } from './client.js';
import { createConnection, type RedisConnection } from './connection.js';

export interface OpenRedis {
  readonly connection: RedisConnection;
  /** Ends a connection that was opened here; a client that was given stays open. */
  close(): Promise<void>;
}

/**
 * Redis behind a URL (`redis://…`, `rediss://…`) or an ioredis client or cluster that the app has.
 * A server that is away is not an error here: it is tried again, and every command says so meanwhile.
 * @throws ERR_ENROLLMENT_REDIS_CLIENT
 */
export function openRedis(given: unknown, log: Log): OpenRedis {
  if (typeof given !== 'string')
    return { connection: createConnection(checkClient(given)), close: async () => undefined };

  const opened = connect(given, log);
  return {
    connection: createConnection(opened),
    close: async () => {
      const client = await opened;
      client.disconnect();
    },
  };
}

async function connect(url: string, log: Log): Promise<IoRedis & { disconnect(): void }> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url, {
    maxRetriesPerRequest: 1,
    connectTimeout: 2000,
    // A connection that a firewall forgot, or whose server is gone without a word, is never closed by anybody else.
    socketTimeout: 3000,
    // Managed servers move their name to the new primary and keep connections to the old one, which is a replica now.
    reconnectOnError: (error) => error.message.startsWith('READONLY '),
    retryStrategy: (times) => Math.min(times * 100, 2000),
  });
  let told = '';
  client.on('error', (error: Error) => {
    if (error.message !== told) log.warn({ err: error }, 'Redis is away');
    told = error.message;
  });
  client.on('ready', () => {
    if (told !== '') log.info({}, 'Redis is back');
    told = '';
  });
  return client;
}
