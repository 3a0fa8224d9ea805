import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { after, before, beforeEach, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const realTime = { now: () => Date.now() };

describe('invalid plan data', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let visitor: Visitor;
  let client: Redis;
  let key: string;
  let text: string;
  before(async () => {
    redis = await startRedis();
    client = redis.client();
    testApp = await openTestApp({ redis: redis.url, clock: realTime });
    await testApp.enrollment.ready();
  });
  beforeEach(async () => {
    const before = new Set(await client.keys('enrollment:plan:*'));
    visitor = new Visitor(testApp);
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
    key = (await client.keys('enrollment:plan:*')).find((one) => !before.has(one)) ?? '';
    text = (await client.get(key)) ?? '';
    assert.match(text, /^1:\{"v":1/);
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  const put = (value: string): Promise<unknown> => client.set(key, value);
  const changed = (change: (plan: Record<string, unknown>) => object): Promise<unknown> =>
    put(`1:${JSON.stringify(change(JSON.parse(text.slice(2)) as Record<string, unknown>))}`);

  const findings: [string, () => Promise<unknown>][] = [
    ['nothing (evicted)', () => client.del(key)],
    ['an empty text', () => put('')],
    ['junk', () => put('junk')],
    ['a revision and junk', () => put('1:junk')],
    ['half a plan', () => put(text.slice(0, text.length / 2))],
    ['JSON that is no plan', () => put('1:[]')],
    ['null', () => put('1:null')],
    ['another version', () => changed((plan) => ({ ...plan, v: 2 }))],
    ["another person's plan", () => changed((plan) => ({ ...plan, id: 'AAAAAAAAAAAAAAAAAAAAAA' }))],
    ['a plan of another flow', () => changed((plan) => ({ ...plan, flow: 'other' }))],
    ['a plan of an older build of the flow', () => changed((plan) => ({ ...plan, build: 'older' }))],
    [
      'a plan with steps that are gone',
      () => changed((plan) => ({ ...plan, steps: [{ key: 'gone', state: 'ahead' }] })),
    ],
    ['a plan with a cursor out of reach', () => changed((plan) => ({ ...plan, at: 99 }))],
    ['a plan with another kind of context', () => changed((plan) => ({ ...plan, context: { invitation: 'x' } }))],
    ['five megabytes', () => put(`1:"${'x'.repeat(5_000_000)}"`)],
    [
      'a hash',
      async () => {
        await client.del(key);
        await client.hset(key, 'a', 'b');
      },
    ],
    [
      'a list',
      async () => {
        await client.del(key);
        await client.rpush(key, 'a');
      },
    ],
  ];
  for (const [what, find] of findings) {
    it(`${what}: the form starts over with a notice, and the signup works`, async () => {
      const name = `found-${findings.findIndex(([other]) => other === what)}`;
      const account = visitor.form;
      await find();
      const shown = await visitor.get(testApp.page);
      assert.ok(shown.status === 200 || shown.status === 303);
      if (shown.status === 200) assert.equal(visitor.step, 'invite-code 0');
      const answer = await visitor.post(account.action, { ...account.hidden, ...accountOf(name) });
      // The plan token may have changed with the page; the form then belongs to no plan.
      assert.ok(answer.status === 303 || (shown.status === 303 && answer.status === 403), `${answer.status}`);
      if (answer.status === 303) assert.equal(answer.location, testApp.page);
      const page = await visitor.open();
      assert.equal(page.status, 200);
      assert.equal(visitor.step, 'invite-code 0');
      assert.ok(!testApp.members.some(({ username }) => username === name));
      const { code } = await testApp.enrollment.invitations.create();
      await visitor.signUp(code, name);
    });
  }

  it('a plan with prototype keys does not reach the prototype', async () => {
    await put(
      text.replace(
        '"origin":{',
        '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"origin":{"__proto__":{"polluted":true},',
      ),
    );
    assert.equal((await visitor.open()).status, 200);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.equal((await visitor.submit({})).status, 422);
  });

  it('a plan that cannot be read emits an event', () => {
    assert.ok(testApp.events.filter(({ name }) => name === 'plan.unreadable').length >= 8);
    assert.deepEqual(
      testApp.log.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('a flow changed in progress starts over, and deploying back and forth does no harm', async () => {
    const later = await openTestApp({
      redis: redis.url,
      clock: realTime,
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'name', 'password'], target: '/welcome' }),
      ],
    });
    const moved = new Visitor(later);
    moved.client.cookies.set(
      'enrollment.plan.invite',
      visitor.client.cookies.get('enrollment.plan.invite') ?? '',
      testApp.page,
    );
    const answer = await moved.post(testApp.page, { ...visitor.form.hidden, ...accountOf('moved') });
    assert.ok(answer.status < 500);
    const page = await moved.open();
    assert.equal(page.status, 200);
    await later.close();
  });
});
