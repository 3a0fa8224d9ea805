import assert from 'node:assert/strict';
import { Cluster, Redis } from 'ioredis';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../../lib/base/error.js';
import { checkClient } from '../../../lib/stores/redis/client.js';
import { openRedis } from '../../../lib/stores/redis/open-redis.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const refused = (problem: RegExp) => (error: unknown) =>
  isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_REDIS_CLIENT' && problem.test(error.message);

describe('a Redis client', () => {
  it('may be an unconnected ioredis client or cluster', () => {
    const client = new Redis({ lazyConnect: true });
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    assert.equal(checkClient(client), client);
    assert.equal(checkClient(cluster), cluster);
  });

  it('must not have commands that wait forever', () => {
    const client = new Redis({ lazyConnect: true, maxRetriesPerRequest: null });
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], {
      lazyConnect: true,
      redisOptions: { maxRetriesPerRequest: null },
    });
    for (const one of [client, cluster]) assert.throws(() => openRedis(one, log), refused(/maxRetriesPerRequest/));
  });

  it('must not have its own prefix', () => {
    const client = new Redis({ lazyConnect: true, keyPrefix: 'app:' });
    assert.throws(() => openRedis(client, log), refused(/keyPrefix/));
  });

  it('must not be of the package redis, nor anything else', () => {
    const nodeRedis = { isOpen: false, sendCommand: () => undefined, get: () => undefined };
    assert.throws(() => openRedis(nodeRedis, log), refused(/package "redis"/));
    for (const wrong of [null, undefined, 5, {}, { call: 1, status: 'ready' }, () => undefined]) {
      assert.throws(() => openRedis(wrong, log), refused(/an ioredis client is needed/));
    }
  });
});
