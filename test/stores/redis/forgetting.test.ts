import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  createEnrollment,
  inviteSignupFlow,
  isEnrollmentError,
  memoryUsers,
  sessionLogin,
  type EnrollmentOptions,
  type MemoryUser,
} from '../../../lib/index.js';
import type { RedisConnection } from '../../../lib/stores/redis/connection.js';
import { whyItForgets } from '../../../lib/stores/redis/forgetting.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('a Redis that may lose data', () => {
  it('is refused in production, with both reasons, and the kit is not ready', async () => {
    await withRedis(['--maxmemory-policy', 'allkeys-lru'], async (redis) => {
      const enrollment = createEnrollment({ ...options(redis), production: true });
      await assert.rejects(
        enrollment.ready(),
        (error) =>
          isEnrollmentError(error) &&
          error.code === 'ERR_ENROLLMENT_REDIS_FORGETS' &&
          /allkeys-lru.*appendonly/.test(error.message),
      );
      const health = await enrollment.health();
      assert.equal(health.ready, false);
      assert.match(health.problem ?? '', /may lose invitations/);
      await enrollment.close();
    });
  });

  it('is accepted in production with allowVolatileRedis', async () => {
    await withRedis([], async (redis) => {
      const enrollment = createEnrollment({ ...options(redis), production: true, allowVolatileRedis: true });
      await enrollment.ready();
      const { ready, stores, problem } = await enrollment.health();
      assert.deepEqual({ ready, stores, problem }, { ready: true, stores: 'redis', problem: null });
      await enrollment.close();
    });
  });

  it('causes a warning outside production', async () => {
    await withRedis([], async (redis) => {
      const warnings: object[] = [];
      const enrollment = createEnrollment({
        ...options(redis),
        logger: { ...silent, warn: (fields) => warnings.push(fields) },
      });
      await enrollment.ready();
      assert.ok(warnings.some((fields) => 'code' in fields && fields.code === 'WARN_REDIS_FORGETS'));
      await enrollment.close();
    });
  });

  it('is not reported for one that keeps everything', async () => {
    await withRedis(['--appendonly', 'yes'], async (redis) => {
      const enrollment = createEnrollment({ ...options(redis), production: true });
      await enrollment.ready();
      await enrollment.close();
    });
  });

  it('F36: is unknown for one that answers CONFIG with an empty list, as managed servers do', async () => {
    const answers = (emitted: Readonly<Record<string, string>>): RedisConnection => {
      const node = { call: async (name: string, part: string) => (name === 'CONFIG' ? [] : (emitted[part] ?? '')) };
      return { nodes: async () => [node] } as unknown as RedisConnection;
    };
    const nothing = await whyItForgets(answers({}));
    assert.deepEqual(nothing.reasons, []);
    assert.equal(nothing.unknown.length, 2);
    const memory = 'maxmemory_policy:allkeys-lru\r\n';
    assert.match(String((await whyItForgets(answers({ memory }))).reasons), /allkeys-lru/);
    const emitted = { memory: 'maxmemory_policy:noeviction\r\n', persistence: 'aof_enabled:1\r\n' };
    assert.deepEqual(await whyItForgets(answers(emitted)), { reasons: [], unknown: [] });
  });

  it('is not reported for one that refuses to answer', async () => {
    await withRedis(['--rename-command', 'CONFIG', ''], async (redis) => {
      const enrollment = createEnrollment({ ...options(redis), production: true });
      await enrollment.ready();
      await enrollment.close();
    });
  });
});

function options(redis: TestRedis): EnrollmentOptions<MemoryUser> {
  return {
    ...memoryUsers(),
    baseUrl: 'http://127.0.0.1:3000',
    secret: 'pY3_vQ7mZ9xLk4Rw8Hc1Np6Jd2Bf5Ga0',
    redis: redis.url,
    login: sessionLogin(),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] })],
    logger: silent,
  };
}

async function withRedis(args: readonly string[], use: (redis: TestRedis) => Promise<void>): Promise<void> {
  const redis = await startRedis({ args });
  try {
    await use(redis);
  } finally {
    await redis.stop();
  }
}
