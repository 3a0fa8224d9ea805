import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { memoryUsers } from '../../../lib/index.js';
import { accountOf } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';

const prompt = 'ak-stage-prompt';

describe('limits and outages in the JSON of flows', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('too many wrong codes are a 429 with Retry-After and a challenge', async () => {
    app = await openTestApp({
      executorApi: true,
      rateLimits: { codes: { perPlan: { points: 2, windowSeconds: 600 } } },
    });
    const client = new JsonClient(app);
    await client.get('invite');
    for (let times = 0; times < 2; times += 1)
      assert.equal((await client.post('invite', { component: prompt, invite_code: `WRONG-${times}` })).status, 200);
    const over = await client.post('invite', { component: prompt, invite_code: 'WRONG-3' });
    assert.equal(over.status, 429);
    assert.ok(Number(over.headers['retry-after']) > 0);
    assert.equal(over.body.component, prompt);
    assert.notEqual(over.body.response_errors, undefined, over.text);
    await assertDocumented(app, client.answers);
  });

  it('a user store that is away is a 503, and the same answer goes on afterwards', async () => {
    const { users, redemptions } = memoryUsers();
    let isAway = false;
    app = await openTestApp({
      executorApi: true,
      redemptions,
      users: {
        ...users,
        findByLogin: (field, value) =>
          isAway ? Promise.reject(new Error('no connection')) : users.findByLogin(field, value),
      },
    });
    const { code } = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(code);
    const client = new JsonClient(app);
    await client.get('invite');
    await client.post('invite', { component: prompt, invite_code: code });
    isAway = true;
    const account = { component: prompt, ...accountOf('ann') };
    const away = await client.post('invite', account);
    assert.deepEqual([away.status, away.body.component], [503, 'ak-stage-flow-error'], away.text);
    assert.ok(Number(away.headers['retry-after']) > 0);
    assert.doesNotMatch(away.text, /no connection.*at /);
    isAway = false;
    const done = await client.post('invite', account);
    assert.equal(done.body.to, '/welcome', done.text);
    assert.equal(await client.me(), 'ann');
    await assertDocumented(app, client.answers);
  });
});
