import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const minute = 60_000;

/** Two servers of one app share Redis, the secret and the user store; their clocks differ by minutes. */
describe('CVE-2025-29928: evidence that another server ended', () => {
  let redis: TestRedis;
  let servers: readonly TestApp[] = [];
  const mailer = memoryMailer();
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());
  afterEach(async () => {
    for (const server of servers) await server.close();
    servers = [];
  });

  async function open(apart: number): Promise<{ readonly early: TestApp; readonly late: TestApp }> {
    const now = Date.now();
    const { users, redemptions } = memoryUsers();
    const one = (ahead: number) =>
      openTestApp({
        redis: redis.url,
        secret: [...secrets],
        baseUrl: 'http://localhost:3000',
        clock: fakeClock(now + ahead),
        users,
        redemptions,
        mailer,
        flows: [signInFlow({ slug: 'sign-in' }), recoveryFlow({ slug: 'recovery', signIn: true })],
      });
    const [early, late] = [await one(0), await one(apart)];
    servers = [early, late];
    return { early, late };
  }

  for (const [title, swap] of [
    ['ahead', false],
    ['behind', true],
  ] as const)
    it(`signs in no more where the clock of that server is minutes ${title}`, async () => {
      const { early, late } = await open(4 * minute);
      const [here, there] = swap ? [late, early] : [early, late];
      const ann = await member(here, `ann-${title}`);
      const attacker = new Visitor(here);
      await attacker.open('/if/flow/sign-in/');
      const { action, hidden } = attacker.form;
      const fields = { ...hidden, uid_field: ann.username ?? '', password };
      assert.equal((await attacker.post(action, fields)).status, 303);
      assert.equal(await attacker.me(), ann.username);
      await there.enrollment.sessions.endAll(ann.id);
      assert.equal(await attacker.me(), null);
      await attacker.post(action, fields);
      assert.equal(await attacker.me(), null);
      // A new sign-in counts, on either server.
      const again = new Visitor(here);
      await again.open('/if/flow/sign-in/');
      await again.submit({ uid_field: ann.username ?? '', password });
      assert.equal(await again.me(), ann.username);
    });

  it('signs in who set a new password, and no form from before', async () => {
    const { early, late } = await open(-4 * minute);
    const bob = await member(early, 'bob');
    const attacker = new Visitor(early);
    await attacker.open('/if/flow/sign-in/');
    const { action, hidden } = attacker.form;
    const fields = { ...hidden, uid_field: 'bob', password };
    assert.equal((await attacker.post(action, fields)).status, 303);
    const owner = new Visitor(late);
    await owner.open('/if/flow/recovery/');
    await owner.follow(await owner.submit({ uid_field: 'bob' }));
    await owner.follow(await owner.submit({ code: mailer.codeIn(await mailer.next('bob@example.com')) ?? '' }));
    assert.equal((await owner.submit({ password: 'a new and quite long password' })).status, 303);
    assert.equal(await owner.me(), bob.username);
    await attacker.post(action, fields);
    assert.equal(await attacker.me(), null);
  });
});
