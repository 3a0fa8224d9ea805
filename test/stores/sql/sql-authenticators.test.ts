import assert from 'node:assert/strict';
import { join } from 'node:path';
import { authenticatorsContract } from '../../../lib/testing/contracts/authenticators.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { postgresUsers } from '../../../lib/stores/sql/postgres-users.js';
import { sqlAuthenticators } from '../../../lib/stores/sql/sql-authenticators.js';
import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';
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

describe('authenticators in SQL', () => {
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  for (const [name, open] of Object.entries(stores)) {
    describe(`${name} keeps the contract of authenticators`, () => {
      for (const { title, run } of authenticatorsContract(open)) it(title, run);
    });

    it(`${name} removes the authenticators of a removed user, and no others`, async () => {
      const { users, authenticators, close } = await open();
      const [ann, bob] = [
        await users.create(sampleAccount(), sampleRedemption()),
        await users.create(sampleAccount(), sampleRedemption()),
      ];
      for (const { id: userId } of [ann, bob])
        await authenticators.add({
          ...{ id: userId, userId, type: 'totp', name: '', createdAt: 1, lastUsedAt: null, version: userId, data: {} },
        });
      await users.remove(ann);
      assert.deepEqual(await authenticators.list(ann.id), []);
      assert.equal((await authenticators.list(bob.id)).length, 1);
      await close();
    });
  }

  it('a row of another user, found by a column that ignores case, is not listed', async () => {
    const row = { user_id: 'ANN', id: '1', type: 'totp', name: '', created_at: '1', last_used_at: '', version: 'v' };
    const store = sqlAuthenticators(async () => [{ ...row, data: '{}' }]);
    assert.deepEqual(await store.list('ann'), []);
    assert.equal((await store.list('ANN')).length, 1);
  });

  it('a row that is no authenticator is an error, never a user without a second factor', async () => {
    const row = { user_id: 'ann', id: '1', type: 'magic', name: '', created_at: '1', last_used_at: '', version: 'v' };
    const store = sqlAuthenticators(async () => [{ ...row, data: '{}' }]);
    await assert.rejects(() => store.list('ann'), { code: 'ERR_ENROLLMENT_USER_STORE' });
  });
});
