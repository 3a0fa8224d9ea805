import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createClient, type Client } from '@libsql/client';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fakeClock, planStoreContract } from '../../lib/testing/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { plansTable, sqlitePlans } from './plan-store.js';

describe('the recipe for plans in a custom table', () => {
  let client: Client;
  let testApp: TestApp | null = null;

  beforeEach(async () => {
    client = createClient({ url: `file:${join(temporaryFolder(), 'plans.db')}` });
    await client.execute(plansTable);
  });
  afterEach(async () => {
    await testApp?.close();
    testApp = null;
    client.close();
  });

  describe('keeps the contract of plan stores', () => {
    const open = async () => {
      const clock = fakeClock();
      return { store: sqlitePlans(client, clock.now), advance: async (ms: number) => clock.advance(ms) };
    };
    for (const { title, run } of planStoreContract(open)) it(title, run);
  });

  const rows = async (): Promise<number> =>
    Number((await client.execute('SELECT count(*) AS rows FROM enrollment_plans')).rows[0]?.['rows']);

  it('supports a whole signup, with its plan in the table', async () => {
    testApp = await openTestApp({ stores: { plans: sqlitePlans(client) } });
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    assert.equal(await rows(), 1);
    assert.equal((await visitor.submit(accountOf('ann'))).status, 303);
    assert.equal(await visitor.me(), 'ann');
  });

  it('responds with 503 while the store fails, and continues where the visitor was', async () => {
    let fails = false;
    const plans = sqlitePlans(client);
    testApp = await openTestApp({
      stores: {
        plans: { ...plans, load: (id) => (fails ? Promise.reject(new Error('disk I/O error')) : plans.load(id)) },
      },
    });
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const { action, hidden } = visitor.form;
    const submit = () => visitor.post(action, { ...hidden, ...accountOf('ann') });
    fails = true;
    assert.equal((await submit()).status, 503);
    assert.equal(await visitor.me(), null);
    fails = false;
    assert.equal((await submit()).status, 303);
    assert.equal(await visitor.me(), 'ann');
  });
});
