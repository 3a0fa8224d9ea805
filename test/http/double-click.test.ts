import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { RawClient, type RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

for (const stores of ['memory', 'Redis']) {
  describe(`a double click, over ${stores}`, () => {
    let testApp: TestApp;
    let redis: TestRedis | undefined;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
      testApp = await openTestApp(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } });
      await testApp.enrollment.ready();
    });
    after(async () => {
      await testApp.close();
      await redis?.stop();
    });

    /** Sends the visitor's form `times` times at once, each time from a browser with the current cookies. */
    async function together(
      visitor: Visitor,
      fields: Readonly<Record<string, string>>,
      times: number,
    ): Promise<{ client: RawClient; answer: RawAnswer }[]> {
      const { action, hidden } = visitor.form;
      const cookie = visitor.client.cookies.header(testApp.page);
      return Promise.all(
        Array.from({ length: times }, async () => {
          const client = new RawClient(testApp.url);
          for (const pair of cookie.split('; ')) client.cookies.set(...(pair.split(/=(.*)/s) as [string, string]));
          return { client, answer: await client.post(action, { ...hidden, ...fields }) };
        }),
      );
    }

    for (const times of [2, 10]) {
      it(`on the last page, ${times} at once: one account, and every response signs in`, async () => {
        const { code, id } = await testApp.enrollment.invitations.create();
        const visitor = new Visitor(testApp);
        const name = `twice-${times}`;
        await visitor.enterCode(code);
        const answers = await together(visitor, accountOf(name), times);
        for (const { client, answer } of answers) {
          assert.deepEqual([answer.status, answer.location], [303, '/welcome'], answer.text);
          assert.equal((JSON.parse((await client.get('/me')).text) as { username: string }).username, name);
        }
        assert.equal(testApp.members.filter(({ username }) => username === name).length, 1);
        assert.equal((await summaryOnceRedeemed(1, testApp, id)).state, 'used_up');
      });

      it(`on the code page, ${times} at once: all redirect to the one account page`, async () => {
        const { code } = await testApp.enrollment.invitations.create();
        const visitor = new Visitor(testApp);
        await visitor.open();
        const answers = await together(visitor, { invite_code: code }, times);
        for (const { answer } of answers) assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
        await visitor.open();
        assert.equal(visitor.step, 'account 1');
        assert.equal((await visitor.submit(accountOf(`code-twice-${times}`))).location, '/welcome');
      });
    }
  });
}
