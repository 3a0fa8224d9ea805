import assert from 'node:assert/strict';
import { join } from 'node:path';
import { postgresUsers } from '../../../lib/stores/sql/postgres-users.js';
import { sqlConsents } from '../../../lib/stores/sql/sql-consents.js';
import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';
import { consentsContract } from '../../../lib/testing/contracts/consents.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { startPostgres, type TestPostgres } from '../../support/postgres-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
let files = 0;
let server: TestPostgres;

const stores = {
  sqliteUsers: async () => sqliteUsers(join(folder, `users-${(files += 1)}.db`)),
  postgresUsers: async () => {
    const pool = server.pool(await server.database());
    const store = postgresUsers(pool);
    await store.ready();
    return { ...store, close: () => pool.end() };
  },
};

const row = { user_id: 'ANN', id: '1', application: 'a', permissions: '["p"]', granted_at: '1', expires_at: '' };

describe('consents in SQL', () => {
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  for (const [name, open] of Object.entries(stores)) {
    describe(`${name} keeps the contract of consents`, () => {
      for (const { title, run } of consentsContract(open)) it(title, run);
    });

    it(`${name} removes the consents of a removed user, and no others`, async () => {
      const { users, consents, close } = await open();
      const [ann, bob] = [
        await users.create(sampleAccount(), sampleRedemption()),
        await users.create(sampleAccount(), sampleRedemption()),
      ];
      for (const { id: userId } of [ann, bob])
        await consents.save({ userId, application: 'a', permissions: ['p'], grantedAt: 1, expiresAt: null });
      await users.remove(ann);
      assert.deepEqual(await consents.list(ann.id), []);
      assert.equal((await consents.list(bob.id)).length, 1);
      await close();
    });
  }

  it('a consent of another user, found by a column that ignores case, is neither listed nor removed', async () => {
    const statements: string[] = [];
    const store = sqlConsents(async (sql) => {
      statements.push(sql);
      return [row];
    });
    assert.deepEqual(await store.list('ann'), []);
    assert.equal((await store.list('ANN')).length, 1);
    await store.remove('ann');
    assert.deepEqual(
      statements.filter((sql) => sql.startsWith('DELETE')),
      [],
    );
  });

  for (const [title, changed] of [
    ['permissions that are no list', { permissions: '{}' }],
    ['permissions that are no JSON', { permissions: 'p' }],
    ['a permission that is no text', { permissions: '[1]' }],
    ['a time that is no number', { granted_at: 'then' }],
    ['an expiry that is no number', { expires_at: 'never' }],
  ] as const)
    it(`a row is an error, never a consent, with ${title}`, async () => {
      const store = sqlConsents(async () => [{ ...row, ...changed }]);
      await assert.rejects(() => store.list('ANN'), { code: 'ERR_ENROLLMENT_USER_STORE' });
    });

  it('a save that fails and stored nothing is the error of the database', async () => {
    const store = sqlConsents(async (sql) => {
      if (sql.startsWith('INSERT')) throw new Error('no such table');
      return [];
    });
    const consent = { userId: 'ann', application: 'a', permissions: [], grantedAt: 1, expiresAt: null };
    await assert.rejects(() => store.save(consent), /no such table/);
  });

  it('a table whose name needs quotes, and an option that does not exist, are refused', () => {
    const query = async () => [];
    assert.throws(() => sqlConsents(query, { table: 'a b' }), { code: 'ERR_ENROLLMENT_CONFIG' });
    assert.throws(() => sqlConsents(query, { table: 'a', ...{ tabel: 'a' } }), /did you mean/i);
  });
});
