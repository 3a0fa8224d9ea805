import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { memoryUsers, type MemoryUser, type UserStore } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { startOwnTime } from '../support/own-time.js';

type Broken = 'findById' | 'findByLogin' | 'create' | 'find';

describe('a user store that is down', () => {
  let testApp: TestApp;
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());
  afterEach(() => testApp.close());

  async function openedWith(
    how: () => Promise<never>,
    more: TestAppOptions = {},
  ): Promise<{ away: Set<Broken>; visitor: Visitor; code: string }> {
    const away = new Set<Broken>();
    const store = memoryUsers();
    const guard =
      <A extends readonly unknown[], T>(name: Broken, call: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        away.has(name) ? how() : call(...args);
    const { users, redemptions } = store;
    const guarded: UserStore<MemoryUser> = {
      ...users,
      findById: guard('findById', users.findById),
      findByLogin: guard('findByLogin', users.findByLogin),
      create: guard('create', users.create),
    };
    testApp = await openTestApp({ users: guarded, redemptions: { find: guard('find', redemptions.find) }, ...more });
    const { code } = await testApp.enrollment.invitations.create({ uses: 10 });
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    return { away, visitor, code };
  }

  for (const [what, how] of [
    ['throws', () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432'))],
    ['answers nothing', () => new Promise<never>(() => undefined)],
  ] as const) {
    it(`and ${what}: 503 within two seconds, the plan is kept, and the same tab continues`, async () => {
      const { away, visitor } = await openedWith(how);
      for (const name of ['findByLogin', 'findById', 'find'] as const) away.add(name);
      const time = startOwnTime();
      const answer = await visitor.submit(accountOf('patient'));
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.ok(time() < 3000);
      away.clear();
      assert.equal((await visitor.submit(accountOf('patient'))).location, '/welcome');
      assert.equal(await visitor.me(), 'patient');
    });

    it(`and ${what}, to a signed-in user: 503, not an anonymous page`, async () => {
      const { away, visitor } = await openedWith(how);
      await visitor.submit(accountOf('member'));
      away.add('findById');
      assert.equal((await visitor.get(testApp.page)).status, 503);
      away.clear();
      assert.equal(await visitor.me(), 'member');
    });
  }

  it('an account that cannot be written is an error page with a reference; the retry works', async () => {
    const { away, visitor } = await openedWith(() => Promise.reject(new Error('a canary in the database')), {
      production: true,
      redis: redis.url,
      allowVolatileRedis: true,
    });
    away.add('create');
    const answer = await visitor.submit(accountOf('unlucky'));
    assert.ok([500, 503].includes(answer.status));
    assert.match(answer.text, /Reference: \w{8}/);
    assert.ok(!answer.text.includes('canary'));
    away.clear();
    assert.equal((await visitor.submit(accountOf('unlucky'))).location, '/welcome');
  });

  const noTable = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('relation "users" does not exist'), { code: '42P01' }));

  it('F13: a missing table is a 500 and an error that begins with the cause, not an outage', async () => {
    const { away, visitor } = await openedWith(noTable);
    away.add('findByLogin');
    const answer = await visitor.submit(accountOf('patient'));
    assert.equal(answer.status, 500);
    assert.equal(answer.headers['retry-after'], undefined);
    const [entry] = testApp.log.filter(({ level }) => level === 'error');
    assert.match(entry?.text ?? '', /^relation "users" does not exist \(42P01\)/);
  });

  it('F33: error pages name the deepest cause, escaped, in development but not in production', async () => {
    const broken = (): Promise<never> =>
      Promise.reject(new Error('the query failed', { cause: new Error('no column <b>emial</b>') }));
    const { away, visitor } = await openedWith(broken);
    away.add('create');
    const shown = await visitor.submit(accountOf('curious'));
    assert.match(shown.text, /no column &lt;b&gt;emial/);
    await testApp.close();
    const later = await openedWith(broken, { production: true, redis: redis.url, allowVolatileRedis: true });
    later.away.add('create');
    assert.doesNotMatch((await later.visitor.submit(accountOf('curious'))).text, /emial/);
  });

  it('F39: the 503s of one outage are one log entry with its reference, then a count per minute', async () => {
    const { away, visitor } = await openedWith(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')));
    away.add('findByLogin');
    const logged = (): typeof testApp.log => testApp.log.filter(({ text }) => text.includes('answered with 503'));
    const references = new Set<unknown>();
    for (let time = 0; time < 3; time += 1) {
      const { text, status } = await visitor.submit(accountOf('patient'));
      assert.equal(status, 503);
      references.add(/Reference: (\w{8})/.exec(text)?.[1]);
    }
    assert.equal(logged().length, 1);
    assert.deepEqual([...references], [logged()[0]?.fields['reference']]);
    testApp.clock.advance(59_000);
    await visitor.submit(accountOf('patient'));
    testApp.clock.advance(2_000);
    await visitor.submit(accountOf('patient'));
    assert.equal(logged().length, 2);
    assert.deepEqual([logged()[1]?.fields['requests'], 'err' in (logged()[1]?.fields ?? {})], [5, false]);
  });
});
