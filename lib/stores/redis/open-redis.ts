import type { EnrollmentLogger } from '../../ports/log.js';
import { checkClient, type IoRedis } from './client.js';
import { createConnection, type RedisConnection } from './connection.js';
import { watchConnectionErrors, type ConnectionErrors } from './connection-errors.js';

interface OpenRedis {
  readonly connection: RedisConnection;
  /** Closes a connection that was opened here; a client that was passed stays open. */
  close(): Promise<void>;
}

/**
 * Redis at a URL (`redis://…`, `rediss://…`) or an ioredis client or cluster of the app.
 * An unavailable server is not an error here: the client reconnects, and every command fails meanwhile.
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
    // Without a timeout, a connection that a firewall dropped, or whose server vanished silently, is never closed.
    socketTimeout: 3000,
    // Managed servers move their name to the new primary and keep connections to the old one, which is now a replica.
    reconnectOnError: (error) => error.message.startsWith('READONLY '),
    retryStrategy: (times) => Math.min(times * 100, 2000),
  });
}
