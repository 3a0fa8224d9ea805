import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { savedPasswordField } from '../../lib/base/reserved-names.js';
import { inviteSignupFlow } from '../../lib/index.js';
import { password } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'], target: '/welcome' });

describe('a form that is refused beside an accepted password, over Redis', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let code: string;
  let visitor: Visitor;
  let count = 0;
  let name = '';
  before(async () => {
    redis = await startRedis();
    testApp = await openTestApp({ redis: redis.url, clock: { now: () => Date.now() }, flows: [flow] });
    await testApp.enrollment.ready();
    ({ code } = await testApp.enrollment.invitations.create({ uses: 500 }));
  });
  beforeEach(async () => {
    name = `saved${String((count += 1))}`;
    visitor = new Visitor(testApp);
    await visitor.enterCode(code);
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  /** Everything in Redis but the counters of limits. */
  async function contents(): Promise<readonly (readonly [string, string])[]> {
    const keys = (await redis.client().keys('*')).filter((key) => !key.includes(':limit:')).sort();
    return Promise.all(keys.map(async (key) => [key, (await redis.client().dump(key)) ?? ''] as const));
  }

  /** The same browser, which loses the answers that come to it. */
  function copy(): Visitor {
    const twin = new Visitor(testApp);
    const { cookies } = visitor.client;
    for (const cookie of cookies.names()) twin.client.cookies.set(cookie, cookies.get(cookie) ?? '', testApp.page);
    return twin;
  }

  const refuse = () => visitor.submit({ username: 'root', password });

  it('leaves Redis untouched: no key, no revision and no cookie changes', async () => {
    const [stored, step] = [await contents(), visitor.step];
    const answer = await refuse();
    assert.equal(answer.status, 422);
    assert.match(answer.text, /Your password is saved/);
    assert.deepEqual([await contents(), visitor.step], [stored, step]);
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.equal((await visitor.submit({ username: 'root', password: '' })).status, 422);
    assert.deepEqual([await contents(), visitor.step], [stored, step]);
    assert.equal((await visitor.submit({ username: name, password: '' })).location, '/welcome');
    assert.equal(await visitor.me(), name);
  });

  it('shows nothing of the hash', async () => {
    const { text } = await refuse();
    const value = visitor.form.hidden[savedPasswordField] ?? '';
    assert.equal(value.split('.').length, 5);
    const decoded = value.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    assert.doesNotMatch(text + decoded.join(' '), /argon2/);
  });

  it('of a refused and a valid form sent at once the valid one wins', async () => {
    for (let round = 0; round < 12; round += 1) {
      const twin = copy();
      const { action, hidden } = visitor.form;
      const own = `${name}x${String(round)}`;
      const wrong = twin.post(action, { ...hidden, username: 'root', password });
      await delay(round);
      const valid = await visitor.post(action, { ...hidden, username: own, password });
      await wrong;
      assert.equal(valid.location, '/welcome', `round ${String(round)}`);
      assert.equal(await visitor.me(), own);
      visitor = new Visitor(testApp);
      await visitor.enterCode(code);
    }
  });

  it('loses nothing where its answer is lost', async () => {
    const { action, hidden } = visitor.form;
    await copy().post(action, { ...hidden, username: 'root', password });
    assert.equal((await visitor.post(action, { ...hidden, username: name, password })).location, '/welcome');
    assert.equal(await visitor.me(), name);
  });

  it('gives another person who opens the page anew no password', async () => {
    await refuse();
    await visitor.open();
    assert.equal(visitor.form.hidden[savedPasswordField], undefined);
    const answer = await visitor.submit({ username: name, password: '' });
    assert.equal(answer.status, 422);
    assert.doesNotMatch(answer.text, /Your password is saved/);
  });

  it('is worth nothing in another plan, also of the same browser', async () => {
    await refuse();
    const saved = visitor.form.hidden[savedPasswordField] ?? assert.fail('nothing is saved');
    const other = new Visitor(testApp);
    await other.enterCode(code);
    const answer = await other.submit({ username: name, password: '', [savedPasswordField]: saved });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /Enter your password again/);
    assert.equal(other.form.hidden[savedPasswordField], undefined);
  });
});
