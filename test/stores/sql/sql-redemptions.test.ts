import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { redemptionsTable } from '../../../lib/stores/sql/redemptions-table.js';
import { sqlRedemptions } from '../../../lib/stores/sql/sql-redemptions.js';
import type { SqlQuery } from '../../../lib/stores/sql/sql-rows.js';
import { redemptionsContract } from '../../../lib/testing/contracts/redemptions.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
let files = 0;

const row = { redemption_key: 'i:1', enrollment_id: 'e', invitation_id: 'i', user_id: '7' };
const answering = (answer: unknown) => sqlRedemptions((async () => answer) as SqlQuery);

describe('sqlRedemptions', () => {
  for (const table of ['enrollment_redemptions', 'main.seats_taken']) {
    describe(`over the table ${table} keeps the contract of redemptions`, () => {
      const open = async () => {
        const client = createClient({ url: `file:${join(folder, `app-${(files += 1)}.db`)}` });
        const migration = redemptionsTable({ dialect: 'sqlite', table });
        await client.execute(migration);
        await client.execute(migration);
        const redemptions = sqlRedemptions(
          async (sql, values) => (await client.execute({ sql, args: values.map(String) })).rows,
          { table },
        );
        return {
          redemptions,
          insert: async ({
            redemption_key,
            enrollment_id,
            invitation_id,
            user_id,
          }: typeof row | { [K in keyof typeof row]: string | null }) => {
            await client.execute({
              sql: `INSERT INTO ${table} (redemption_key, enrollment_id, invitation_id, user_id) VALUES (?, ?, ?, ?)`,
              args: [redemption_key, enrollment_id, invitation_id, user_id],
            });
          },
          close: async () => client.close(),
        };
      };
      for (const { title, run } of redemptionsContract(open)) it(title, run);
    });
  }

  it('sets the time of redemption itself and has no cascade', async () => {
    const client = createClient({ url: `file:${join(folder, `app-${(files += 1)}.db`)}` });
    await client.execute(redemptionsTable({ dialect: 'sqlite' }));
    await client.execute(
      "INSERT INTO enrollment_redemptions (redemption_key, enrollment_id, user_id) VALUES ('k', 'e', 'u')",
    );
    const { rows } = await client.execute('SELECT redeemed_at FROM enrollment_redemptions');
    assert.match(String(rows[0]?.['redeemed_at']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    client.close();
    assert.doesNotMatch(redemptionsTable({ dialect: 'postgresql' }), /REFERENCES|CASCADE/i);
  });

  it('passes values separately from the statement, in the driver’s own style', async () => {
    const asked: [string, readonly unknown[]][] = [];
    const query: SqlQuery = async (...question) => {
      asked.push(question);
      return [];
    };
    const hostile = "'; DROP TABLE users; --";
    await sqlRedemptions(query).find({ key: hostile });
    await sqlRedemptions(query, { placeholders: '$1', table: 'app.seats' }).find({ enrollmentId: hostile });
    assert.deepEqual(asked, [
      [
        'SELECT redemption_key, enrollment_id, invitation_id, user_id FROM enrollment_redemptions WHERE redemption_key = ?',
        [hostile],
      ],
      [
        'SELECT redemption_key, enrollment_id, invitation_id, user_id FROM app.seats WHERE enrollment_id = $1',
        [hostile],
      ],
    ]);
  });

  it('accepts a list of rows or a result that contains them', async () => {
    assert.deepEqual(await answering([row]).find({ key: 'i:1' }), row);
    assert.deepEqual(await answering({ rows: [row], rowCount: 1 }).find({ key: 'i:1' }), row);
    assert.equal(await answering({ rows: [], rowCount: 0 }).find({ key: 'i:1' }), null);
  });

  it('returns the four columns only, with ids as text', async () => {
    const more = { ...row, user_id: 7, redeemed_at: new Date(), password: 'no' };
    assert.deepEqual(await answering([more]).find({ key: 'i:1' }), row);
    assert.deepEqual(await answering([{ ...row, user_id: 7n }]).find({ key: 'i:1' }), row);
  });

  describe('never takes a wrong result for a missing row', () => {
    const answers: [string, unknown][] = [
      ['nothing', undefined],
      ['null', null],
      ['a row instead of rows', row],
      ['a count', 1],
      ['rows within a list, as mysql2 gives them', [[row], []]],
      ['rows as lists of values', [['i:1', 'e', 'i', '7']]],
      [
        'other spelling of the columns',
        [{ REDEMPTION_KEY: 'i:1', ENROLLMENT_ID: 'e', INVITATION_ID: 'i', USER_ID: '7' }],
      ],
      ['a column missing', [{ redemption_key: 'i:1', enrollment_id: 'e', invitation_id: null }]],
      ['a key of null', [{ ...row, redemption_key: null }]],
    ];
    for (const [title, answer] of answers) {
      it(title, () => assert.rejects(answering(answer).find({ key: 'i:1' }), { code: 'ERR_ENROLLMENT_USER_STORE' }));
    }

    it('a database error, which is passed on unchanged', async () => {
      const error = new Error('connection lost');
      const redemptions = sqlRedemptions(() => Promise.reject(error));
      await assert.rejects(redemptions.find({ key: 'i:1' }), (thrown) => thrown === error);
    });
  });

  describe('refuses as a table name', () => {
    for (const table of [
      '',
      'a b',
      'a;b',
      'a"b',
      "a'b",
      'a--',
      'a.b.c',
      '.a',
      '1a',
      'ä',
      `a${'b'.repeat(63)}`,
      'a\n',
    ]) {
      it(JSON.stringify(table), () => {
        assert.throws(() => sqlRedemptions(async () => [], { table }), { code: 'ERR_ENROLLMENT_CONFIG' });
        assert.throws(() => redemptionsTable({ dialect: 'sqlite', table }), { code: 'ERR_ENROLLMENT_CONFIG' });
      });
    }
  });
});
