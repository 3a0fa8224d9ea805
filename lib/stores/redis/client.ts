import { EnrollmentError } from '../../base/error.js';

/**
 * What the stores use of an ioredis client or cluster, 5 or 6. Clients are identified by their methods, not by their
 * class.
 */
export interface IoRedis {
  readonly status: string;
  call(command: string, args: (string | number)[]): Promise<unknown>;
  /** Connection errors are only emitted as events: a command fails with "max retries", which names no cause. */
  on?(event: 'error' | 'ready', listener: (error: Error) => void): unknown;
  off?(event: 'error' | 'ready', listener: (error: Error) => void): unknown;
  /** The socket of a client of one server. */
  readonly stream?: { cork?(): void; uncork(): void };
  /** On a cluster only. */
  nodes?(role: 'master'): readonly IoRedis[];
}

/**
 * Checks that `client` is an ioredis client whose settings allow the guarantees of the stores.
 * @throws ERR_ENROLLMENT_REDIS_CLIENT
 */
export function checkClient(client: unknown): IoRedis {
  if (!isIoRedis(client))
    throw wrong(
      `an ioredis client is needed${looksLikeNodeRedis(client) ? '; this one is of the package "redis"' : ''}`,
    );
  const settings = settingsOf(client);
  if (settings.some((options) => options['maxRetriesPerRequest'] === null)) {
    throw wrong(
      'its "maxRetriesPerRequest" is null, as for BullMQ: commands would wait for ever while Redis is away; pass another connection',
    );
  }
  if (settings.some((options) => (options['keyPrefix'] ?? '') !== '')) {
    throw wrong(
      'it has a "keyPrefix", which does not reach every command; set the prefix of express-enrollment instead',
    );
  }
  return client;
}

function isIoRedis(client: unknown): client is IoRedis {
  return isRecord(client) && typeof client['call'] === 'function' && typeof client['status'] === 'string';
}

function looksLikeNodeRedis(client: unknown): boolean {
  return isRecord(client) && typeof client['sendCommand'] === 'function' && 'isOpen' in client;
}

function settingsOf(client: unknown): readonly Record<string, unknown>[] {
  const options = isRecord(client) ? client['options'] : undefined;
  if (!isRecord(options)) return [];
  return isRecord(options['redisOptions']) ? [options, options['redisOptions']] : [options];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function wrong(problem: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_REDIS_CLIENT', `the Redis client cannot be used: ${problem}`);
}
