import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { postgresUsers } from '../../../lib/stores/sql/postgres-users.js';
import type { SqlUsers } from '../../../lib/stores/sql/sql-users.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { redemptionsContract } from '../../../lib/testing/contracts/redemptions.js';
import { userStoreContract } from '../../../lib/testing/contracts/user-store.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';

let server: TestPostgres;
let url: string;

/** The contents of the tables, counted by a statement that the store does not use. */
async function counts(pool: Pool): Promise<{ users: number; redemptions: number; orphans: number }> {
  const { rows } = await pool.query<{ users: number; redemptions: number; orphans: number }>(`SELECT
    (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM enrollment_redemptions) AS redemptions,
    (SELECT count(*)::int FROM users WHERE id NOT IN (SELECT user_id FROM enrollment_redemptions)) AS orphans`);
  return rows[0]!;
}

describe('postgresUsers', () => {
  before(async () => {
    server = await startPostgres();
    url = await server.database();
  });
  after(() => server.stop());

  async function fresh(): Promise<{ pool: Pool; store: SqlUsers }> {
    const pool = server.pool(await server.database());
    const store = postgresUsers(pool);
    await store.ready();
    return { pool, store };
  }

  for (const schema of [undefined, 'members']) {
    const where = schema === undefined ? 'the search path' : `a schema ${schema}`;
    const open = async () => {
      const pool = server.pool(url);
      const store = postgresUsers(pool, schema === undefined ? {} : { schema });
      await store.ready();
      return { ...store, close: () => pool.end() };
    };
    describe(`in ${where} keeps the contract of a user store`, () => {
      for (const { title, run } of userStoreContract(open, { mayLack: ['username', 'email'] })) it(title, run);
    });
    describe(`in ${where} keeps the contract of redemptions`, () => {
      const table = async () => {
        const store = await open();
        return {
          redemptions: store.redemptions,
          insert: async (row: ReturnType<ReturnType<typeof sampleRedemption>['row']>) => {
            await store.users.create(sampleAccount(), { ...sampleRedemption(), row: () => row });
          },
          close: store.close,
        };
      };
      for (const { title, run } of redemptionsContract(table)) it(title, run);
    });
  }

  it('gives one seat to one of 20 connections that write at the same moment', async () => {
    const { store } = await fresh();
    const pools = await Promise.all(Array.from({ length: 20 }, async () => server.pool(url, { max: 1 })));
    const stores = pools.map((pool) => postgresUsers(pool));
    await stores[0]!.ready();
    await Promise.all(pools.map((pool) => pool.query('SELECT 1')));
    const { key } = sampleRedemption();
    const ended = await Promise.allSettled(
      stores.map(({ users }) => users.create(sampleAccount(), sampleRedemption({ key }))),
    );
    const written = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value.id] : []));
    assert.equal(written.length, 1);
    assert.equal((await stores[19]!.redemptions.find({ key }))?.user_id, written[0]);
    for (const end of ended) if (end.status === 'rejected') assert.equal(end.reason.code, '23505');
    assert.deepEqual(await store.redemptions.find({ key }), null);
  });

  it('writes 300 accounts at once over ten connections, each with its redemption', async () => {
    const { pool, store } = await fresh();
    await Promise.all(Array.from({ length: 300 }, () => store.users.create(sampleAccount(), sampleRedemption())));
    assert.deepEqual(await counts(pool), { users: 300, redemptions: 300, orphans: 0 });
    assert.deepEqual([pool.waitingCount, pool.idleCount], [0, pool.totalCount]);
  });

  it('does not lose one of two updates that run at once', async () => {
    const { store } = await fresh();
    const user = await store.users.create(sampleAccount(), sampleRedemption());
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.users.update(user, { data: { [`key${index}`]: index } })),
    );
    assert.equal(Object.keys((await store.users.findById(user.id))?.data ?? {}).length, 20);
  });

  it('keeps data through an update, recursively, and exposes no password hash', async () => {
    const { store } = await fresh();
    const data = { attributes: { team: 'red', seat: 1 } };
    const user = await store.users.create(sampleAccount({ data }), sampleRedemption());
    const change = { data: { attributes: { team: 'blue' } }, passwordHash: 'new-hash' };
    const updated = await store.users.update(user, change);
    assert.deepEqual(updated.data, { attributes: { team: 'blue', seat: 1 } });
    assert.deepEqual(await store.users.findById(user.id), updated);
    assert.equal(await store.users.passwordHash(user), 'new-hash');
    assert.doesNotMatch(JSON.stringify(updated), /hash/);
  });

  it('does not update a deleted user, and does not report an outage for it', async () => {
    const { store } = await fresh();
    const user = await store.users.create(sampleAccount(), sampleRedemption());
    await store.users.remove(user);
    await assert.rejects(store.users.update(user, { name: 'Ann' }), /^Error: no such user$/);
    assert.equal(await store.users.passwordHash(user), null);
  });

  it('sees an account as inactive as soon as the app deactivates it', async () => {
    const { pool, store } = await fresh();
    const user = await store.users.create(sampleAccount(), sampleRedemption());
    await pool.query('UPDATE users SET active = false');
    const seen = await store.users.findById(user.id);
    assert.deepEqual(seen, { ...user, active: false });
  });

  it('reads the same if the app has other parsers for JSON, times and numbers', async () => {
    const pool = server.pool(await server.database(), { types: { getTypeParser: () => (text: string) => text } });
    const store = postgresUsers(pool);
    await store.ready();
    const made = await store.users.create(sampleAccount({ data: { a: 1 } }), sampleRedemption());
    assert.deepEqual(await store.users.findById(made.id), made);
  });

  describe('its tables', () => {
    it('are created once, by many processes at the same time', async () => {
      const database = await server.database();
      const pools = Array.from({ length: 8 }, () => server.pool(database));
      await Promise.all(pools.map((pool) => postgresUsers(pool).ready()));
      const { rows } = await pools[0]!.query('SELECT step FROM enrollment_migrations');
      assert.deepEqual(rows, [{ step: 1 }, { step: 2 }, { step: 3 }, { step: 4 }]);
    });

    it('suffice for a role that may not create any', async () => {
      const { pool } = await fresh();
      const visitor = `guest_${pool.options.database ?? ''}_${Math.random().toString(36).slice(2)}`;
      await pool.query(`CREATE ROLE ${visitor} LOGIN`);
      await pool.query(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${visitor}`);
      const theirs = new URL(String(pool.options.connectionString));
      theirs.username = visitor;
      const store = postgresUsers(server.pool(theirs.href));
      await store.ready();
      await store.users.create(sampleAccount(), sampleRedemption());
    });

    it('of an earlier version get the new columns, and a role that may not change them is told the SQL', async () => {
      const { pool, store } = await fresh();
      const ann = await store.users.create(sampleAccount({ emailVerified: true }), sampleRedemption());
      await pool.query(`DROP TABLE enrollment_consents; ALTER TABLE users DROP COLUMN email_verified;
        DELETE FROM enrollment_migrations WHERE step > 3`);
      await assert.rejects(store.users.probe(), { code: 'ERR_ENROLLMENT_USER_STORE', message: /columns.*ready\(\)/ });

      const name = `guest_${Math.random().toString(36).slice(2)}`;
      await pool.query(`CREATE ROLE ${name} LOGIN`);
      await pool.query(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ${name}`);
      const theirs = new URL(String(pool.options.connectionString));
      theirs.username = name;
      const guest = postgresUsers(server.pool(theirs.href));
      const told = await guest.ready().then(
        () => 'nothing',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
      await pool.query(told.slice(told.indexOf('\n')));
      await guest.ready();
      const found = await guest.users.findById(ann.id);
      assert.deepEqual(found, { ...ann, emailVerified: null });
    });

    it('are reported as missing before ready()', async () => {
      const store = postgresUsers(server.pool(await server.database()));
      const missing = { code: 'ERR_ENROLLMENT_USER_STORE', message: /ready\(\)/ };
      await assert.rejects(store.users.findById('x'), missing);
      await assert.rejects(store.users.create(sampleAccount(), sampleRedemption()), missing);
      await assert.rejects(store.redemptions.find({ key: 'x' }), missing);
    });

    it('do not replace a foreign users table, which stays as it is', async () => {
      const pool = server.pool(await server.database());
      await pool.query('CREATE TABLE users (id int, login text)');
      const store = postgresUsers(pool);
      await assert.rejects(store.ready(), { code: 'ERR_ENROLLMENT_USER_STORE', message: /schema/ });
      const { rows } = await pool.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
      );
      assert.deepEqual(rows, [{ table_name: 'users' }]);
      await postgresUsers(pool, { schema: 'club' }).ready();
    });

    for (const schema of ['', 'a b', 'a.b', 'a;b', 'a"b', '1a']) {
      it(`are not created in a schema ${JSON.stringify(schema)}`, () => {
        assert.throws(() => postgresUsers(server.pool(url), { schema }), { code: 'ERR_ENROLLMENT_CONFIG' });
      });
    }
  });
});
