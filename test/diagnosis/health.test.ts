import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { createClient } from '@libsql/client';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createEnrollment,
  memoryUsers,
  sessionLogin,
  type Enrollment,
  type EnrollmentOptions,
  type EnrollmentHealth,
} from '../../lib/index.js';
import { sqliteUsers } from '../../lib/sql.js';
import { secrets, signup } from '../support/http/test-app.js';
import { startRedis, type RedisOptions, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';

describe('the probes of ready() and health()', () => {
  const opened: { close(): Promise<unknown> }[] = [];
  const logged: { readonly level: string; readonly text: string }[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    logged.length = 0;
  });
  const note =
    (level: string) =>
    (_fields: object, text: string): void =>
      void logged.push({ level, text });

  function open<User>(more: Partial<EnrollmentOptions<User>>): Enrollment<User> {
    const enrollment = createEnrollment<User>({
      baseUrl: 'http://localhost:3000/join',
      secret: secrets[0],
      login: sessionLogin(),
      flows: [signup],
      logger: { info: note('info'), warn: note('warn'), error: note('error') },
      production: false,
      ...more,
    });
    opened.push(enrollment);
    return enrollment;
  }

  async function withRedis(options: RedisOptions = { persistence: true }): Promise<TestRedis> {
    const redis = await startRedis(options);
    opened.push({ close: () => redis.stop() });
    return redis;
  }

  it('report every part as up', async () => {
    const redis = await withRedis();
    const { users, redemptions } = memoryUsers();
    const enrollment = open({ users, redemptions, redis: redis.url });
    await enrollment.ready();
    const expected: EnrollmentHealth = {
      ready: true,
      stores: 'redis',
      redis: 'up',
      redisWrites: 'up',
      users: 'up',
      redemptions: 'up',
      connections: 'unused',
      authenticators: 'unused',
      ownStores: 'unused',
      mailer: 'unused',
      problem: null,
    };
    assert.deepEqual(await enrollment.health(), expected);
  });

  for (const [state, how, words] of [
    ['read-only replica', ['REPLICAOF', '127.0.0.1', '1'], /READONLY.*let "redis" name the primary/],
    ['full', ['CONFIG', 'SET', 'maxmemory', '1'], /OOM.*raise maxmemory/],
    ['primary without its replicas', ['CONFIG', 'SET', 'min-replicas-to-write', '1'], /NOREPLICAS.*bring them back/],
  ] as const) {
    it(`F16: a Redis that is a ${state} refuses writes: not ready, with the fix`, async () => {
      const redis = await withRedis();
      const { users, redemptions } = memoryUsers();
      const enrollment = open({ users, redemptions, redis: redis.url });
      await enrollment.ready();
      const [command, ...args] = how;
      await redis.client().call(command, ...args);
      const health = await enrollment.health();
      assert.deepEqual([health.ready, health.redis, health.redisWrites, health.users], [false, 'up', 'down', 'up']);
      assert.match(health.problem ?? '', words);
    });
  }

  async function usersWith(change: string): Promise<ReturnType<typeof sqliteUsers>> {
    const file = join(temporaryFolder(), 'users.db');
    const store = sqliteUsers(file);
    opened.push(store);
    await store.ready();
    const raw = createClient({ url: pathToFileURL(file).href });
    await raw.execute(change);
    raw.close();
    return store;
  }

  for (const [what, change, part] of [
    ['a renamed table of redemptions', 'ALTER TABLE enrollment_redemptions RENAME TO gone', 'redemptions'],
    ['a column that is missing', 'ALTER TABLE users RENAME COLUMN password_hash TO hash', 'users'],
    ['a missing table of connections', 'DROP TABLE enrollment_connections', 'connections'],
  ] as const) {
    it(`F13: ${what} is found by the probes, and aborts the start in development`, async () => {
      const { users, redemptions, connections } = await usersWith(change);
      const enrollment = open({ users, redemptions, connections });
      await assert.rejects(enrollment.ready(), { code: 'ERR_ENROLLMENT_USER_STORE' });
      const health = await enrollment.health();
      assert.deepEqual([health.ready, health[part]], [false, 'down']);
      assert.match(health.problem ?? '', /no such (table|column)/);
      assert.ok(logged.some(({ level, text }) => level === 'error' && /^cannot start: .*no such/.test(text)));
    });
  }

  it('F13: in production a missing table is logged as an error, and startup resumes later', async () => {
    const redis = await withRedis();
    const { users, redemptions } = memoryUsers();
    let missing = true;
    const enrollment = open({
      redis: redis.url,
      production: true,
      baseUrl: 'https://app.example',
      users: {
        ...users,
        probe: () =>
          missing
            ? Promise.reject(Object.assign(new Error('relation "users" does not exist'), { code: '42P01' }))
            : Promise.resolve(),
      },
      redemptions,
    });
    await waitUntil(
      () => (logged.some(({ level, text }) => level === 'error' && text.includes('not ready yet')) ? true : undefined),
      () => JSON.stringify(logged),
    );
    assert.match((await enrollment.health()).problem ?? '', /does not exist \(42P01\); run your migrations/);
    missing = false;
    await enrollment.ready();
    assert.equal((await enrollment.health()).ready, true);
  });

  it('F13: a store without probe is probed by the fields that the flows use', async () => {
    const { users, redemptions } = memoryUsers();
    const { probe: _probe, ...plain } = users;
    const enrollment = open({
      redemptions,
      users: { ...plain, findByLogin: () => Promise.reject(new Error('SQLITE_ERROR: no such column: emial')) },
    });
    await assert.rejects(enrollment.ready(), /no such column: emial/);
  });

  it('F37: two apps with one prefix, or with different secrets, are detected', async () => {
    const redis = await withRedis();
    const { users, redemptions } = memoryUsers();
    await open({ users, redemptions, redis: redis.url }).ready();
    assert.ok(!logged.some(({ text }) => /prefix of its own/.test(text)));
    const other = createEnrollment({
      baseUrl: 'http://localhost:4000',
      secret: secrets[1],
      redis: redis.url,
      logger: { info: note('info'), warn: note('warn'), error: note('error') },
    });
    opened.push(other);
    await other.ready();
    assert.ok(logged.some(({ text }) => /same prefix.*http:\/\/localhost:3000\/join; give each app/.test(text)));
    await open({ users, redemptions, redis: redis.url, secret: secrets[1] }).ready();
    assert.ok(logged.some(({ text }) => /signed with a secret that is not configured here/.test(text)));
  });

  it('F37: a Redis that lost the invitations of accounts is detected at start', async () => {
    const redis = await withRedis();
    const { users, redemptions } = memoryUsers();
    const row = (id: string) => ({
      redemption_key: `${'a'.repeat(32)}:1`,
      enrollment_id: 'one',
      invitation_id: 'a'.repeat(32),
      user_id: id,
    });
    await users.create(
      { username: 'ann', email: null, name: null, passwordHash: null, data: {} },
      { key: row('').redemption_key, enrollmentId: 'one', invitation: null, row: (id) => row(String(id)) },
    );
    const enrollment = open({ users, redemptions, redis: redis.url });
    await enrollment.ready();
    assert.ok(
      logged.some(({ text }) => /^1 of the latest 1 accounts came by invitations that Redis does not know/.test(text)),
    );
    assert.deepEqual((await enrollment.diagnose()).lost, { looked: 1, lost: 1 });
  });
});
