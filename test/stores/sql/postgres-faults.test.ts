import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { PostgresPool } from '../../../lib/stores/sql/postgres-pool.js';
import { postgresUsers } from '../../../lib/stores/sql/postgres-users.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { accountOf } from '../../support/account.js';
import { openTestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { startOwnTime } from '../../support/own-time.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';

const away = { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 };

/** The pool, with an action right before or after a statement. */
function interrupted(
  pool: Pool,
  when: { readonly before?: (sql: string) => Promise<void>; readonly after?: (sql: string) => Promise<void> },
): PostgresPool {
  const wrap = (client: PoolClient) => ({
    async query(sql: string, values?: unknown[]) {
      await when.before?.(sql);
      const answer = await client.query(sql, values);
      await when.after?.(sql);
      return answer;
    },
    release: (close?: boolean) => client.release(close),
    on: (event: 'error', listener: (error: Error) => void) => client.on(event, listener),
    removeListener: (event: 'error', listener: (error: Error) => void) => client.removeListener(event, listener),
  });
  return { connect: async () => wrap(await pool.connect()) };
}

describe('postgresUsers when the server fails', () => {
  let server: TestPostgres;
  before(async () => {
    server = await startPostgres();
  });
  afterEach(() => server.start());
  after(() => server.stop());

  it('is down (503) while the server is stopped, and works again afterwards', async () => {
    const pool = server.pool(await server.database());
    const { users, redemptions, ready } = postgresUsers(pool);
    await ready();
    const ann = await users.create(sampleAccount(), sampleRedemption());
    await server.kill();
    for (let round = 0; round < 3; round += 1) {
      await assert.rejects(users.findById(ann.id), away);
      await assert.rejects(users.create(sampleAccount(), sampleRedemption()), away);
      await assert.rejects(redemptions.find({ key: 'x' }), away);
      await assert.rejects(ready(), away);
    }
    await server.start();
    assert.deepEqual(await users.findById(ann.id), ann);
    await users.create(sampleAccount(), sampleRedemption());
    assert.equal(pool.idleCount, pool.totalCount);
  });

  it('times out when the server hangs, and does not write later what was given up', async () => {
    const pool = server.pool(await server.database());
    const { users, ready } = postgresUsers(pool);
    await ready();
    const { users: impatient } = postgresUsers(pool, { timeoutMs: 300 });
    const [given, redemption] = [sampleAccount(), sampleRedemption()];
    server.freeze();
    const ownTime = startOwnTime();
    await assert.rejects(impatient.create(given, redemption), away);
    await assert.rejects(impatient.findByLogin('username', given.username ?? ''), away);
    assert.ok(ownTime() < 2000);
    server.thaw();
    await pause(200);
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM users');
    assert.deepEqual(rows, [{ n: 0 }]);
    await users.create(given, redemption);
  });

  it('is down if no connection is free, and releases one that comes too late', async () => {
    const pool = server.pool(await server.database(), { max: 1 });
    const { users, ready } = postgresUsers(pool);
    await ready();
    const taken = await pool.connect();
    await assert.rejects(postgresUsers(pool, { timeoutMs: 100 }).users.findById('x'), away);
    taken.release();
    assert.equal(await users.findById('x'), null);
    assert.deepEqual([pool.waitingCount, pool.idleCount], [0, 1]);
  });

  it('is down on a read-only standby, and when an administrator ends its connection', async () => {
    const url = await server.database();
    const pool = server.pool(url);
    const { users, ready } = postgresUsers(pool);
    await ready();
    await pool.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`);
    const readers = server.pool(url);
    await assert.rejects(postgresUsers(readers).users.create(sampleAccount(), sampleRedemption()), away);
    const ending = postgresUsers(
      interrupted(pool, {
        async before(sql) {
          if (!sql.startsWith('INSERT INTO enrollment_redemptions')) return;
          const admin = await readers.connect();
          await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()`);
          admin.release();
        },
      }),
    );
    const given = sampleAccount();
    await assert.rejects(ending.users.create(given, sampleRedemption()), away);
    assert.equal(await users.findByLogin('username', given.username ?? ''), null);
  });

  for (const statement of ['INSERT INTO users', 'INSERT INTO enrollment_redemptions', 'COMMIT'] as const) {
    it(`killed before ${statement}: neither user nor redemption, and a retry succeeds`, async () => {
      const pool = server.pool(await server.database());
      const whole = postgresUsers(pool);
      await whole.ready();
      const dying = postgresUsers(
        interrupted(pool, { before: async (sql) => (sql.startsWith(statement) ? server.kill() : undefined) }),
      );
      const [given, redemption] = [sampleAccount(), sampleRedemption()];
      await assert.rejects(dying.users.create(given, redemption), away);
      await server.start();
      assert.equal(await whole.users.findByLogin('username', given.username ?? ''), null);
      assert.equal(await whole.redemptions.find({ key: redemption.key }), null);
      const user = await whole.users.create(given, redemption);
      assert.equal((await whole.redemptions.find({ key: redemption.key }))?.user_id, user.id);
    });
  }

  it('killed right after COMMIT: user and redemption exist', async () => {
    const pool = server.pool(await server.database());
    const whole = postgresUsers(pool);
    await whole.ready();
    const dying = postgresUsers(
      interrupted(pool, {
        async after(sql) {
          if (sql !== 'COMMIT') return;
          await server.kill();
          throw new Error('Connection terminated unexpectedly');
        },
      }),
    );
    const [given, redemption] = [sampleAccount(), sampleRedemption()];
    await assert.rejects(dying.users.create(given, redemption), away);
    await server.start();
    const user = await whole.users.findByLogin('username', given.username ?? '');
    assert.deepEqual((await whole.redemptions.find({ key: redemption.key }))?.user_id, user?.id);
    assert.ok(user !== null);
  });

  it('killed under load: every user has its redemption, and every redemption its user', async () => {
    const pool = server.pool(await server.database());
    const { users, ready } = postgresUsers(pool);
    await ready();
    for (let round = 0; round < 4; round += 1) {
      const writes = Array.from({ length: 150 }, () => users.create(sampleAccount(), sampleRedemption()));
      const ended = Promise.allSettled(writes);
      // The later rounds run during writes, however slow the machine is.
      if (round > 0) await Promise.any(writes);
      await pause(15 + round * 17);
      await server.kill();
      await ended;
      await server.start();
    }
    const { rows } = await pool.query(`SELECT count(u.id)::int AS users, count(r.user_id)::int AS redemptions,
      count(*)::int AS pairs FROM users u FULL JOIN enrollment_redemptions r ON r.user_id = u.id`);
    const { users: made, redemptions, pairs } = rows[0] as Record<string, number>;
    assert.ok(made! > 0);
    assert.deepEqual([redemptions, pairs], [made, made]);
  });

  it('a signup whose COMMIT response was lost ends with one account, and says so', async () => {
    const pool = server.pool(await server.database());
    let breaks = 1;
    const store = postgresUsers(
      interrupted(pool, {
        async after(sql) {
          if (sql === 'COMMIT' && breaks-- > 0) throw new Error('Connection terminated unexpectedly');
        },
      }),
    );
    await postgresUsers(pool).ready();
    const testApp = await openTestApp({ users: store.users, redemptions: store.redemptions });
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const answer = await visitor.submit(accountOf('ann'));
    // An error does not show whose write it was, so it signs in no one.
    assert.match(answer.text, /Your account is ready/);
    assert.equal(await visitor.me(), null);
    assert.deepEqual((await pool.query('SELECT username FROM users')).rows, [{ username: 'ann' }]);
    await testApp.close();
  });

  it('a visitor gets a 503 page while the database is down; the same form works afterwards', async () => {
    const pool = server.pool(await server.database());
    const { users, redemptions, ready } = postgresUsers(pool);
    await ready();
    const testApp = await openTestApp({ users, redemptions });
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    await server.kill();
    const answer = await visitor.submit(accountOf('ann'));
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    await server.start();
    assert.equal((await visitor.submit(accountOf('ann'))).location, '/welcome');
    assert.equal(await visitor.me(), 'ann');
    await testApp.close();
  });
});
