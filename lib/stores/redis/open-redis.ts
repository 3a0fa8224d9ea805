import type { EnrollmentLogger } from '../../ports/log.js';
import { checkClient, type IoRedis } from './client.js';
import { createConnection, type RedisConnection } from './connection.js';
import { watchConnectionErrors, type ConnectionErrors } from './connection-errors.js';

interface OpenRedis {
  readonly connection: RedisConnection;
  /** Ends a connection that was opened here; a client that was given stays open. */
  close(): Promise<void>;
}

/**
 * Redis behind a URL (`redis://…`, `rediss://…`) or an ioredis client or cluster that the app has.
 * A server that is away is not an error here: it is tried again, and every command says so meanwhile.
 * @throws ERR_ENROLLMENT_REDIS_CLIENT
 */
export function openRedis(given: unknown, log: EnrollmentLogger): OpenRedis {
  if (typeof given !== 'string') {
    const client = checkClient(given);
    const errors = watchConnectionErrors(client, log);
    return {
      connection: createConnection(client, () => errors.last()),
      close: async () => {
        errors.stop();
      },
    };
  }

  let errors: ConnectionErrors | null = null;
  const opened = connect(given).then((client) => {
    errors = watchConnectionErrors(client, log);
    return client;
  });
  return {
    connection: createConnection(opened, () => errors?.last() ?? null),
    close: async () => {
      const client = await opened;
      client.disconnect();
    },
  };
}

async function connect(url: string): Promise<IoRedis & { disconnect(): void }> {
  const { Redis } = await import('ioredis');
  return new Redis(url, {
    maxRetriesPerRequest: 1,
    connectTimeout: 2000,
    // A connection that a firewall forgot, or whose server is gone without a word, is never closed by anybody else.
    socketTimeout: 3000,
    // Managed servers move their name to the new primary and keep connections to the old one, which is a replica now.
    reconnectOnError: (error) => error.message.startsWith('READONLY '),
    retryStrategy: (times) => Math.min(times * 100, 2000),
  });
}
