import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isEnrollmentError } from '../../../lib/base/error.js';
import type { IoRedis } from '../../../lib/stores/redis/client.js';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createRedisPlanStore } from '../../../lib/stores/redis/plan-store.js';
import { openRedis } from '../../../lib/stores/redis/open-redis.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import { startOwnTime } from '../../support/own-time.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

const away = (error: unknown): boolean =>
  isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_STORE_AWAY' && error.status === 503;

async function awayInTime(work: () => Promise<unknown>): Promise<void> {
  const ownTime = startOwnTime();
  await assert.rejects(work(), away);
  const took = ownTime();
  assert.ok(took < 2500, `took ${took} ms`);
}

describe('Redis that loses its scripts', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  it('gets them again, without visible effect', async () => {
    const store = createRedisInvitationStore({ redis: fixture.redis, keys: fixture.keys() });
    const { id } = sampleInvitation();
    await store.create(sampleInvitation({ id, max: 100 }));
    for (let round = 0; round < 10; round += 1) {
      await fixture.client.script('FLUSH');
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) => store.claim({ id, plan: `plan ${round} ${at}`, leaseSeconds: 60 })),
      );
      assert.ok(answers.every(({ type }) => type === 'claimed'));
    }
    assert.equal((await store.read([id]))[0]?.claimed, 100);
  });
});

describe('commands to Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  it('of one turn of the event loop are written at once, also those of different callbacks', async () => {
    const { client, redis } = fixture;
    await redis.call('PING');
    const first = redis.call('PING');
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    assert.equal(client.stream.writableCorked, 1);
    const second = redis.call('PING');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(client.stream.writableCorked, 0);
    assert.deepEqual(await Promise.all([first, second]), ['PONG', 'PONG']);
  });
});

describe('Redis that is down', () => {
  let server: TestRedis;
  before(async () => {
    server = await startRedis({ persistence: true });
  });
  after(() => server.stop());

  it('is reported within two seconds by every function, and works again afterwards', async () => {
    const redis = createConnection(server.client());
    const keys = createKeys('away:');
    const plans = createRedisPlanStore({ redis, keys });
    const invitations = createRedisInvitationStore({ redis, keys });
    const record = sampleInvitation({ max: 1 });
    await invitations.create(record);
    await plans.create('p', 'text', 60);
    await server.kill();
    await Promise.all([
      awayInTime(() => plans.load('p')),
      awayInTime(() => plans.create('q', 'text', 60)),
      awayInTime(() => plans.replace('p', 1, 'text', 60)),
      awayInTime(() => plans.drop('p')),
      awayInTime(() => invitations.create(sampleInvitation())),
      awayInTime(() => invitations.read([record.id])),
      awayInTime(() => invitations.list({ limit: 5 })),
      awayInTime(() => invitations.claim({ id: record.id, plan: 'p', leaseSeconds: 60 })),
      awayInTime(() => invitations.commit({ id: record.id, seat: '1', plan: 'p', user: 'u' })),
      awayInTime(() => invitations.ledger(record.id)),
      awayInTime(() => invitations.explain('REFERENCE')),
    ]);
    await server.start();
    await waitUntil(
      async () => ((await invitations.read([record.id]).catch(() => [null]))[0] === null ? undefined : true),
      () => 'Redis is not back',
    );
    const answer = await invitations.claim({ id: record.id, plan: 'p', leaseSeconds: 60 });
    assert.ok(answer.type === 'claimed' || answer.type === 'redeemed');
  });

  it('while frozen, is reported within two seconds', async () => {
    const redis = createConnection(server.client());
    await redis.call('PING');
    server.freeze();
    try {
      await awayInTime(() => redis.call('PING'));
    } finally {
      server.thaw();
    }
    assert.equal(await redis.call('PING'), 'PONG');
  });

  it('is not reported by a process that was busy for as long: an answer that waits to be read counts', async () => {
    const redis = createConnection(server.client());
    await redis.call('PING');
    const answer = redis.call('PING');
    // The command is written in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
    assert.equal(await answer, 'PONG');
  });

  it('at startup does not stop the app: it is logged, and Redis is used once it is up', async () => {
    const late = await startRedis();
    await late.kill();
    const emitted: string[] = [];
    const note = (_fields: object, text: string): void => void emitted.push(text);
    const { connection, close } = openRedis(late.url, { info: note, warn: note, error: note });
    try {
      await awayInTime(() => connection.call('PING'));
      assert.equal(emitted.length, 1);
      assert.match(emitted[0] ?? '', /^Redis is away: connect ECONNREFUSED /);
      await late.start();
      await waitUntil(
        async () => ((await connection.call('PING').catch(() => null)) === 'PONG' ? true : undefined),
        () => 'it was never used',
      );
      assert.equal(emitted.at(-1), 'Redis is back');
    } finally {
      await close();
      await late.stop();
    }
  });
});

describe('a connection', () => {
  const failing = (message: string): IoRedis => ({ status: 'ready', call: () => Promise.reject(new Error(message)) });

  for (const reply of [
    "OOM command not allowed when used memory > 'maxmemory'. script: 5f, on @user_script:1.",
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    'MASTERDOWN Link with MASTER is down',
    'CLUSTERDOWN Hash slot not served',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'NOAUTH Authentication required.',
    'NOPERM this user has no permissions',
    'Connection is closed.',
    'Reached the max retries per request limit (which is 1).',
  ]) {
    it(`treats ${reply.split(' ')[0]} as a store outage`, async () => {
      const redis = createConnection(failing(reply));
      await assert.rejects(redis.call('GET', 'x'), away);
      await assert.rejects(createRedisPlanStore({ redis, keys: createKeys('') }).load('x'), away);
    });
  }

  it('does not treat a mistake of ours as a store outage', async () => {
    const redis = createConnection(failing("ERR wrong number of arguments for 'get' command"));
    await assert.rejects(redis.call('GET'), (error) => !isEnrollmentError(error));
  });

  it('does not queue commands without limit during an outage', async () => {
    let sent = 0;
    const redis = createConnection({
      status: 'reconnecting',
      call: () => {
        sent += 1;
        return new Promise(() => undefined);
      },
    });
    const ownTime = startOwnTime();
    const outcomes = await Promise.allSettled(Array.from({ length: 5000 }, () => redis.call('GET', 'x')));
    assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && away(outcome.reason)));
    assert.equal(sent, 1000);
    assert.ok(ownTime() < 3000);
  });

  it('gets OOM and READONLY from Redis as replies that say so', async () => {
    const full = await redisFixture({ args: ['--maxmemory', '1', '--maxmemory-policy', 'noeviction'] });
    try {
      const store = createRedisInvitationStore({ redis: full.redis, keys: full.keys() });
      await assert.rejects(store.create(sampleInvitation()), away);
      await full.client.config('SET', 'maxmemory', '0');
      const record = sampleInvitation();
      assert.equal(await store.create(record), true);
      await full.client.call('REPLICAOF', '127.0.0.1', '1');
      await assert.rejects(store.claim({ id: record.id, plan: 'p', leaseSeconds: 60 }), away);
    } finally {
      await full.server.stop();
    }
  });
});
