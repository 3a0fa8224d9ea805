import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import knexOver, { type Knex } from 'knex';
import { createClient } from '@libsql/client';
import { migration, type MigrationOptions } from '../../../../lib/stores/sql/migration/migration.js';
import { authenticatorsContract } from '../../../../lib/testing/contracts/authenticators.js';
import { consentsContract } from '../../../../lib/testing/contracts/consents.js';
import { connectionsContract } from '../../../../lib/testing/contracts/connections.js';
import { redemptionsContract } from '../../../../lib/testing/contracts/redemptions.js';
import { sqlAuthenticators } from '../../../../lib/stores/sql/sql-authenticators.js';
import { sqlConsents } from '../../../../lib/stores/sql/sql-consents.js';
import { sqlConnections } from '../../../../lib/stores/sql/sql-connections.js';
import { sqlRedemptions } from '../../../../lib/stores/sql/sql-redemptions.js';
import type { SqlQuery } from '../../../../lib/stores/sql/sql-rows.js';
import { startPostgres, type TestPostgres } from '../../../support/postgres-server.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const quiet = { log: { error: () => undefined, warn: () => undefined } };
const tables = ['redemptions', 'connections', 'authenticators', 'consents'] as const;
let server: TestPostgres;

/** The kit's SQL adapters over a database where a migration ran. */
const over = (query: SqlQuery, placeholders: '?' | '$1') => ({
  redemptions: sqlRedemptions(query, { placeholders }),
  connections: sqlConnections(query, { placeholders }),
  authenticators: sqlAuthenticators(query, { placeholders }),
  consents: sqlConsents(query, { placeholders }),
  insert: async (row: object) => {
    const names = Object.keys(row);
    const marks = names.map((_, index) => (placeholders === '?' ? '?' : `$${index + 1}`));
    const sql = `INSERT INTO enrollment_redemptions (${names.join(', ')}) VALUES (${marks.join(', ')})`;
    await query(sql, Object.values(row));
  },
});

/** The contracts over the tables that `make` created. */
function keepsTheContracts(make: () => Promise<ReturnType<typeof over> & { close?(): Promise<void> }>): void {
  for (const { title, run } of redemptionsContract(make)) it(title, run);
  for (const { title, run } of connectionsContract(make)) it(title, run);
  for (const { title, run } of authenticatorsContract(make)) it(title, run);
  for (const { title, run } of consentsContract(make)) it(title, run);
}

describe('migration', () => {
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  describe('for sql, run on PostgreSQL', () => {
    keepsTheContracts(async () => {
      const pool = server.pool(await server.database());
      for (const table of tables) await pool.query(migration({ for: 'sql', table }).repeat(2));
      return { ...over((sql, values) => pool.query(sql, [...values]), '$1'), close: () => pool.end() };
    });
  });

  describe('for sql, run on SQLite', () => {
    keepsTheContracts(async () => {
      const client = createClient({ url: `file:${join(temporaryFolder(), 'app.db')}` });
      for (const table of tables)
        await client.executeMultiple(migration({ for: 'sql', dialect: 'sqlite', table }).repeat(2));
      const args = (values: readonly unknown[]) => values.map((value) => (value === null ? null : String(value)));
      return {
        ...over(async (sql, values) => (await client.execute({ sql, args: args(values) })).rows, '?'),
        close: async () => client.close(),
      };
    });
  });

  for (const [module, extension] of [
    ['esm', 'mjs'],
    ['commonjs', 'cjs'],
  ] as const) {
    describe(`for knex as ${module}, run by Knex’s own migrator on PostgreSQL`, () => {
      let knex: Knex;
      beforeEach(async () => {
        const directory = temporaryFolder();
        for (const [index, table] of tables.entries())
          writeFileSync(join(directory, `${index}_${table}.${extension}`), migration({ for: 'knex', table, module }));
        knex = knexOver({
          client: 'pg',
          ...quiet,
          connection: await server.database(),
          migrations: { directory, loadExtensions: [`.${extension}`] },
        });
      });
      afterEach(() => knex.destroy());

      keepsTheContracts(async () => {
        await knex.migrate.latest();
        const query: SqlQuery = async (sql, values) =>
          (
            await knex.raw<{ rows: object[] }>(
              sql,
              values.map((value) => value as Knex.Value),
            )
          ).rows;
        return over(query, '?');
      });

      it('sets the time itself, keeps its rows on a rollback, and is dropped when empty', async () => {
        await knex.migrate.latest();
        const row = { redemption_key: 'i:1', enrollment_id: 'e', invitation_id: null, user_id: '1' };
        await knex('enrollment_redemptions').insert(row);
        const [kept] = await knex<{ redeemed_at: unknown }>('enrollment_redemptions').select('redeemed_at');
        assert.ok(kept?.redeemed_at instanceof Date);
        await assert.rejects(async () => knex.migrate.rollback(), /enrollment_redemptions is not empty/);
        await knex('enrollment_redemptions').delete();
        await knex.migrate.rollback();
        assert.equal(await knex.schema.hasTable('enrollment_redemptions'), false);
        assert.equal(await knex.schema.hasTable('enrollment_connections'), false);
        assert.equal(await knex.schema.hasTable('enrollment_authenticators'), false);
        assert.equal(await knex.schema.hasTable('enrollment_consents'), false);
      });
    });
  }

  it('for knex, creates a custom table in a schema', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, '1.mjs'), migration({ for: 'knex', name: 'app.seats_taken' }));
    const knex = knexOver({
      client: 'pg',
      connection: await server.database(),
      migrations: { directory, loadExtensions: ['.mjs'] },
    });
    await knex.raw('CREATE SCHEMA app');
    await knex.migrate.latest();
    assert.equal(await knex.schema.withSchema('app').hasTable('seats_taken'), true);
    await knex.migrate.rollback();
    assert.equal(await knex.schema.withSchema('app').hasTable('seats_taken'), false);
    await knex.destroy();
  });

  it('for MySQL (checked, not run: no server) is case-sensitive and gives keys a length', () => {
    assert.equal(
      migration({ for: 'sql', dialect: 'mysql' }),
      `CREATE TABLE IF NOT EXISTS enrollment_redemptions (
  redemption_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY NOT NULL,
  enrollment_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
  invitation_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  redeemed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
);
`,
    );
    for (const table of tables)
      for (const language of ['sql', 'knex'] as const)
        assert.equal(
          migration({ for: language, dialect: 'mysql', table }).match(/utf8mb4_bin/g)?.length,
          { authenticators: 8, consents: 6, connections: 4, redemptions: 4 }[table],
        );
  });

  it('for mysql and for sqlite, Knex compiles the file to that dialect', async () => {
    for (const [dialect, client, text] of [
      ['mysql', 'mysql2', /varchar\(255\) not null collate 'utf8mb4_bin'/],
      ['sqlite', 'better-sqlite3', /`redemption_key` text not null/],
    ] as const) {
      const directory = temporaryFolder();
      const file = join(directory, `${dialect}.mjs`);
      writeFileSync(file, migration({ for: 'knex', dialect }));
      const { up } = (await import(file)) as { up(knex: unknown): Promise<void> };
      const statements: string[] = [];
      // Without a connection Knex needs no driver: it builds statements and runs none.
      const knex = knexOver({ client, useNullAsDefault: true });
      await up({
        fn: knex.fn,
        schema: {
          createTable: async (name: string, columns: (table: Knex.CreateTableBuilder) => void) => {
            for (const { sql } of knex.schema.createTable(name, columns).toSQL() as unknown as { sql: string }[])
              statements.push(sql);
          },
        },
      });
      assert.match(statements.join('\n'), text);
    }
  });

  describe('refuses', () => {
    const wrong: [string, object][] = [
      ['a language that it does not know', { for: 'typeorm' }],
      ['one that every object has', { for: 'constructor' }],
      ['a dialect that it does not know', { for: 'sql', dialect: 'oracle' }],
      ['a table that is not ours', { for: 'sql', table: 'users' }],
      ['a module system that it does not know', { for: 'knex', module: 'amd' }],
      ['a name with a quote', { for: 'drizzle', name: "a'b" }],
      ['a schema where there are none', { for: 'drizzle', dialect: 'sqlite', name: 'app.seats' }],
    ];
    for (const [title, options] of wrong) {
      it(title, () => {
        assert.throws(() => migration(options as MigrationOptions), { code: 'ERR_ENROLLMENT_CONFIG' });
      });
    }
    for (const language of ['sql', 'knex', 'prisma', 'drizzle'] as const) {
      it(`a name that would inject code, for ${language}`, () => {
        const name = 'x; DROP TABLE users; --';
        assert.throws(() => migration({ for: language, name }), { code: 'ERR_ENROLLMENT_CONFIG' });
      });
    }
  });
});
