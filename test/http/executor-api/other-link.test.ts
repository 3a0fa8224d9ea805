import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { openTestApp, secrets, type TestApp } from '../../support/http/test-app.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';

const prompt = 'ak-stage-prompt';
const firstField = ({ body }: JsonAnswer): string | undefined => body.fields?.[0]?.field_key;

for (const byBearer of [false, true])
  describe(`a link with another code, ${byBearer ? 'by bearer' : 'by cookies'}`, () => {
    let redis: TestRedis;
    let app: TestApp;
    let client: JsonClient;
    const realTime = { now: () => Date.now() };
    before(async () => {
      redis = await startRedis();
      app = await openTestApp({ executorApi: true, redis: redis.url, clock: realTime });
      await app.enrollment.ready();
    });
    after(async () => {
      await app.close();
      await redis.stop();
    });

    /** An invitation, and the query of its link. */
    async function invited(): Promise<{ readonly code: string; readonly link: string; readonly id: string }> {
      const { code, id } = await app.enrollment.invitations.create({ uses: 1 });
      app.canaries.add(code);
      return { code, link: `invite=${code}`, id };
    }

    const usesOf = async (id: string): Promise<string | undefined> =>
      (await app.enrollment.invitations.list()).items.find((one) => one.id === id)?.state;

    /** A new client whose plan, by this link, has come to the page of the account. */
    async function atAccount({ code, link }: { readonly code: string; readonly link: string }): Promise<void> {
      client = new JsonClient(app, { byBearer, namesSteps: true });
      assert.equal(firstField(await client.get('invite', link)), 'invite_code');
      const account = await client.post('invite', { component: prompt, invite_code: code }, link);
      assert.equal(firstField(account), 'username', account.text);
    }

    it('begins another plan, in which nothing of the first is', async () => {
      const [one, other] = [await invited(), await invited()];
      await atAccount(one);
      const { token } = client;
      const begun = await client.get('invite', other.link);
      assert.deepEqual([firstField(begun), begun.body.fields?.[0]?.initial_value], ['invite_code', other.code]);
      if (byBearer) assert.notEqual(client.token, token);
      await client.post('invite', { component: prompt, invite_code: other.code }, other.link);
      const name = `other-${byBearer}`;
      const done = await client.post('invite', { component: prompt, ...accountOf(name) }, other.link);
      assert.equal(done.body.to, '/welcome', done.text);
      assert.equal(await client.me(), name);
      assert.deepEqual([await usesOf(one.id), await usesOf(other.id)], ['open', 'used_up']);
      await assertDocumented(app, client.answers);
    });

    it('does nothing with an answer or an end that was for the first', async () => {
      const [one, other] = [await invited(), await invited()];
      await atAccount(one);
      const name = `late-${byBearer}`;
      const { token } = client;
      const answer = { component: prompt, ...accountOf(name) };
      const late = await client.post('invite', answer, other.link);
      assert.deepEqual([firstField(late), late.body.response_errors?.['component']?.length], ['invite_code', 1]);
      assert.equal(await client.me(), null);
      assert.deepEqual([await usesOf(one.id), await usesOf(other.id)], ['open', 'open']);
      if (!byBearer) return;
      // The first plan is as it was, under its own token.
      client.token = token;
      const cancel = `/api/v3/flows/executor/invite/cancel/?query=${encodeURIComponent(other.link)}`;
      await client.send('POST', cancel, {}, '{}');
      client.token = token;
      assert.equal(firstField(await client.get('invite', one.link)), 'username');
      const done = await client.post('invite', answer, one.link);
      assert.equal(done.body.to, '/welcome', done.text);
    });

    it('is none where it is the same, also beside another next, or where the query has none', async () => {
      const one = await invited();
      await atAccount(one);
      for (const query of [`${one.link}&next=%2Fbooks`, 'next=%2Fbooks', '', one.link])
        assert.equal(firstField(await client.get('invite', query)), 'username', query);
      const name = `same-${byBearer}`;
      const done = await client.post('invite', { component: prompt, ...accountOf(name) }, one.link);
      assert.equal(done.body.to, '/welcome', done.text);
    });

    it('is one for a plan that began without a link', async () => {
      const [one, other] = [await invited(), await invited()];
      await atAccount({ ...one, link: '' });
      assert.equal(firstField(await client.get('invite', other.link)), 'invite_code');
    });

    it('begins none in the plan of the same link once a new secret signs', async () => {
      const one = await invited();
      await atAccount(one);
      const later = await openTestApp({
        executorApi: true,
        redis: redis.url,
        clock: realTime,
        users: app.users,
        secret: [secrets[1], secrets[0]],
      });
      try {
        await later.enrollment.ready();
        const moved = new JsonClient(later, { byBearer });
        moved.token = client.token;
        for (const name of client.browser.cookies.names())
          moved.browser.cookies.set(name, client.browser.cookies.get(name) ?? '');
        assert.equal(firstField(await moved.get('invite', one.link)), 'username');
      } finally {
        await later.close();
      }
    });
  });
