import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { Connections } from '../../../lib/ports/connections.js';
import { connectionsTable } from '../../../lib/stores/sql/connections-table.js';
import { postgresUsers } from '../../../lib/stores/sql/postgres-users.js';
import { connectionRow, sqlConnections } from '../../../lib/stores/sql/sql-connections.js';
import type { SqlQuery } from '../../../lib/stores/sql/sql-rows.js';
import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';
import { connectionsContract } from '../../../lib/testing/contracts/connections.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
let files = 0;
let server: TestPostgres;
const identity = { source: 'acme', issuer: 'https://id.acme.example', subject: 'a1' };

const stores = {
  sqliteUsers: async () => sqliteUsers(join(folder, `users-${(files += 1)}.db`)),
  postgresUsers: async () => {
    const pool = server.pool(await server.database());
    const store = postgresUsers(pool);
    await store.ready();
    return { ...store, close: () => pool.end() };
  },
};

describe('connections in SQL', () => {
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  const seats: Record<string, () => Promise<{ connections: Connections; close(): Promise<void> }>> = {
    ...stores,
    'sqlConnections over SQLite': async () => {
      const client = createClient({ url: `file:${join(folder, `app-${(files += 1)}.db`)}` });
      await client.execute(connectionsTable({ dialect: 'sqlite' }));
      const connections = sqlConnections(
        async (sql, values) => (await client.execute({ sql, args: values.map(String) })).rows,
      );
      return { connections, close: async () => client.close() };
    },
    'sqlConnections over PostgreSQL': async () => {
      const pool = server.pool(await server.database());
      const table = 'sso.people';
      await pool.query('CREATE SCHEMA sso');
      const migration = connectionsTable({ dialect: 'postgresql', table });
      await pool.query(migration);
      await pool.query(migration);
      const connections = sqlConnections((sql, values) => pool.query(sql, [...values]), { placeholders: '$1', table });
      return { connections, close: () => pool.end() };
    },
  };
  for (const [name, open] of Object.entries(seats)) {
    describe(`${name} keeps the contract of connections`, () => {
      for (const { title, run } of connectionsContract(open)) it(title, run);
    });
  }

  for (const [name, open] of Object.entries(stores)) {
    it(`${name} writes user, redemption and connection together, or none of them`, async () => {
      const store = await open();
      const ann = await store.users.create({ ...sampleAccount(), ...{ identity } }, sampleRedemption());
      assert.equal(await store.connections.find(identity), ann.id);
      const [second, redemption] = [sampleAccount(), sampleRedemption()];
      await assert.rejects(store.users.create({ ...second, ...{ identity } }, redemption));
      assert.equal(await store.users.findByLogin('username', second.username ?? ''), null);
      assert.equal(await store.redemptions.find({ key: redemption.key }), null);
      assert.equal(await store.connections.find(identity), ann.id);
      await store.close();
    });

    it(`${name} removes the connections of a removed user, and no others`, async () => {
      const store = await open();
      const [ann, bob] = [
        await store.users.create(sampleAccount(), sampleRedemption()),
        await store.users.create(sampleAccount(), sampleRedemption()),
      ];
      const his = { ...identity, subject: 'b2' };
      await store.connections.link(ann.id, identity);
      await store.connections.link(bob.id, his);
      await store.users.remove(ann);
      assert.deepEqual([await store.connections.find(identity), await store.connections.find(his)], [null, bob.id]);
      await store.close();
    });
  }

  it('a file without a connections table gets one, and keeps its users', async () => {
    const file = join(folder, `users-${(files += 1)}.db`);
    const first = sqliteUsers(file);
    const ann = await first.users.create(sampleAccount(), sampleRedemption());
    await first.close();
    const client = createClient({ url: `file:${file}` });
    await client.executeMultiple(
      `DROP TABLE enrollment_connections; DROP TABLE enrollment_authenticators;
       DROP TABLE enrollment_consents; ALTER TABLE users DROP COLUMN email_verified;
       ALTER TABLE users DROP COLUMN password_changed_at; ALTER TABLE users DROP COLUMN password_history;
       DELETE FROM enrollment_migrations WHERE step > 1;`,
    );
    client.close();
    const again = sqliteUsers(file);
    assert.deepEqual(await again.users.findById(ann.id), { ...ann, passwordChangedAt: null });
    await again.connections.link(ann.id, identity);
    assert.equal(await again.connections.find(identity), ann.id);
    await again.close();
  });

  it('links within the app’s own transaction, and not if that is rolled back', async () => {
    const pool = server.pool(await server.database());
    await pool.query(connectionsTable({ dialect: 'postgresql' }));
    const over = (query: Pick<typeof pool, 'query'>) =>
      sqlConnections((sql, values) => query.query(sql, [...values]), { placeholders: '$1' });
    for (const [end, holder] of [
      ['ROLLBACK', null],
      ['COMMIT', 'ann'],
    ] as const) {
      const client = await pool.connect();
      await client.query('BEGIN');
      await over(client).link('ann', identity);
      await client.query(end);
      client.release();
      assert.equal(await over(pool).find(identity), holder);
    }
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SAVEPOINT one');
    await assert.rejects(over(client).link('bob', identity), { code: '23505' });
    await client.query('ROLLBACK');
    client.release();
  });

  it('never returns a row of another identity, whatever the collation of the column', async () => {
    const rows = (row: object) => sqlConnections(async () => [row]);
    assert.equal(await rows({ ...connectionRow(7, identity), linked_at: new Date() }).find(identity), '7');
    for (const change of [
      { subject: 'A1' },
      { subject: 'a1 ' },
      { issuer: 'https://ID.acme.example' },
      { source: 'ACME' },
    ])
      assert.equal(await rows({ ...connectionRow(7, identity), ...change }).find(identity), null);
  });

  for (const [title, answer] of [
    ['nothing', undefined],
    ['a row instead of rows', connectionRow(1, identity)],
    ['a row without the user', [{ ...connectionRow(1, identity), user_id: null }]],
  ] as const) {
    it(`never takes a wrong result for a missing one: ${title}`, async () => {
      const query = (async () => answer) as unknown as SqlQuery;
      await assert.rejects(sqlConnections(query).find(identity), { code: 'ERR_ENROLLMENT_USER_STORE' });
      await assert.rejects(sqlConnections(query).link('1', identity), { code: 'ERR_ENROLLMENT_USER_STORE' });
    });
  }
});
