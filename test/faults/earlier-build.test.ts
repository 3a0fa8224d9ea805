import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { sqliteUsers, type SqlUser } from '../../lib/sql.js';
import { accountOf } from '../support/e2e/browser-visitor.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { form } from '../support/html-form.js';
import { RawClient } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { earlierBuild, restoreRedis, restoreUsers, type EarlierBuild } from '../support/faults/earlier-build.js';

const page = '/if/flow/invite/';

describe('a build that goes on where an earlier one was taken down', () => {
  const earlier = earlierBuild();
  let redis: TestRedis;
  let store: ReturnType<typeof sqliteUsers>;
  let testApp: TestApp;
  beforeEach(async () => {
    redis = await startRedis();
    await restoreRedis(redis.client(), earlier.redis);
    store = sqliteUsers(await restoreUsers(earlier.sqlite));
    const begun = Date.now();
    testApp = await openTestApp({
      redis: redis.url,
      secret: earlier.secret,
      users: store.users as unknown as TestApp['users'],
      redemptions: store.redemptions,
      // Half a minute later.
      clock: { now: () => earlier.recordedAt + 30_000 + (Date.now() - begun) },
    });
    await testApp.enrollment.ready();
  });
  afterEach(async () => {
    await testApp.close();
    await store.close();
    await redis.stop();
  });

  function browserOf({ cookies }: EarlierBuild['visitors']['alice']): RawClient {
    const client = new RawClient(testApp.url);
    for (const pair of cookies.split('; '))
      client.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    return client;
  }
  const me = async (client: RawClient): Promise<string | null> =>
    (JSON.parse((await client.get('/me')).text) as SqlUser | null)?.username ?? null;

  it('who is signed in stays so, and the last form, sent again, is told that the account is there', async () => {
    const { alice } = earlier.visitors;
    const client = browserOf(alice);
    assert.equal(await me(client), 'alice');
    const other = browserOf({ ...alice, cookies: alice.cookies.split('; ')[0] ?? '' });
    assert.equal(await me(other), null);
    const again = await other.post(page, { ...alice.hidden, ...accountOf('alice') });
    // Its receipt keeps no digest of the form: nothing shows that it is the same one.
    assert.match(again.text, /Your account is ready/);
    assert.equal(await me(other), null);
  });

  it('who stands at the account page goes on in the same tab, by the form of the earlier build', async () => {
    const { carol } = earlier.visitors;
    const client = browserOf(carol);
    assert.match((await client.get(page)).text, /name="username"/);
    const answer = await client.post(page, { ...carol.hidden, ...accountOf('carol') });
    assert.deepEqual([answer.status, answer.location], [303, '/welcome'], answer.text);
    assert.equal(await me(client), 'carol');
  });

  it('invitations are the same: counts, ends, revocations, references; the place of the process that died is settled', async () => {
    const { three, unlimited, revoked, word } = earlier.invitations;
    const { invitations } = testApp.enrollment;
    const listed = new Map((await invitations.list({ limit: 10 })).items.map((one) => [one.id, one]));
    assert.deepEqual(
      [three, unlimited, revoked, word].map(({ id }) => [listed.get(id)?.state, listed.get(id)?.redeemed]),
      [
        ['open', 1],
        ['open', 1],
        ['revoked', 0],
        ['open', 1],
      ],
    );
    assert.match(JSON.stringify(await invitations.explain(earlier.reference)), /revoked/);
    assert.match(JSON.stringify(await invitations.explain(word.code)), /open/);
    assert.deepEqual(
      (await invitations.ledger(three.id)).map(({ kind }) => kind),
      ['issued', 'claimed', 'redeemed', 'claimed'],
    );
    for (const name of ['second', 'third']) {
      const client = new RawClient(testApp.url);
      const first = form((await client.get(page)).text);
      assert.equal((await client.post(page, { ...first.hidden, invite_code: three.code })).status, 303);
      const last = form((await client.get(page)).text);
      assert.equal((await client.post(page, { ...last.hidden, ...accountOf(name) })).status, 303);
    }
    assert.equal((await summaryOnceRedeemed(3, testApp, three.id)).state, 'used_up');
    const fourth = new RawClient(testApp.url);
    const asked = form((await fourth.get(page)).text);
    assert.match((await fourth.post(page, { ...asked.hidden, invite_code: three.code })).text, /has already been used/);
  });
});
