import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { randomToken } from '../../lib/base/ids.js';
import { createKeyring } from '../../lib/base/keyring.js';
import { exchangePlanToken, mintPlanToken, readPlanToken } from '../../lib/http/cookies/plan-token.js';
import { accountOf } from '../support/account.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const [old, fresh] = secrets;

describe('a new secret added before the old one', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  const realTime = { now: () => Date.now() };
  before(async () => {
    redis = await startRedis();
    testApp = await openTestApp({ secret: old, redis: redis.url, clock: realTime });
    await testApp.enrollment.ready();
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  /** The same visitor, users and Redis after the app restarted with other secrets. */
  async function restarted<T>(
    secret: readonly string[],
    use: (later: TestApp, move: (visitor: Visitor) => Visitor) => Promise<T>,
  ): Promise<T> {
    const later = await openTestApp({ secret, redis: redis.url, clock: realTime, users: testApp.users });
    await later.enrollment.ready();
    try {
      return await use(later, (visitor) => {
        const moved = new Visitor(later);
        for (const name of visitor.client.cookies.names())
          moved.client.cookies.set(
            name,
            visitor.client.cookies.get(name) ?? '',
            /\.(?:sid|entry)$/.test(name) ? '/' : testApp.page,
          );
        return moved;
      });
    } finally {
      await later.close();
    }
  }

  it('keeps active plans, their forms and their entry links', async () => {
    const { code, url } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.get(url ?? '');
    const waiting = new Visitor(testApp);
    await waiting.enterCode(code);
    const form = waiting.form;
    await restarted([fresh, old], async (later, move) => {
      const arrived = move(visitor);
      await arrived.open();
      assert.equal(arrived.form.controls.find(({ name }) => name === 'invite_code')?.value, code);
      const moved = move(waiting);
      assert.equal((await moved.post(form.action, { ...form.hidden, ...accountOf('rotated') })).location, '/welcome');
      assert.equal(await moved.me(), 'rotated');
      assert.deepEqual(later.members, []);
    });
  });

  it('F26: the second of two clicks, at a process with the new secret, gets the same response', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const { action, hidden } = visitor.form;
    const fields = { ...hidden, ...accountOf('twice') };
    await restarted([fresh, old], async (later, move) => {
      const [second, another] = [move(visitor), move(visitor)];
      assert.equal((await visitor.post(action, fields)).location, '/welcome');
      assert.equal((await second.post(action, fields)).location, '/welcome');
      assert.deepEqual([await second.me(), later.members], ['twice', []]);
      await another.post(action, { ...fields, email: 'other@example.com' });
      assert.equal(await another.me(), null, 'another form is somebody else');
    });
  });

  it('F5: a plan’s new token is the same in processes with other lists of secrets', () => {
    const now = realTime.now();
    const { text } = mintPlanToken(createKeyring([old]), 'invite', now, randomToken(16));
    const tokens = [[old], [fresh, old], [old, fresh]].map((list) => {
      const keyring = createKeyring(list);
      const planToken = readPlanToken(keyring, 'invite', now, text);
      return planToken === null ? null : exchangePlanToken(keyring, 'invite', planToken, 'one form').text;
    });
    assert.equal(new Set(tokens).size, 1, tokens.join());
    assert.notEqual(tokens[0], null);
  });

  it('keeps issued codes and sessions', async () => {
    const { code, id } = await testApp.enrollment.invitations.create();
    const { code: used } = await testApp.enrollment.invitations.create();
    const member = new Visitor(testApp);
    await member.signUp(used, 'before-rotation');
    await restarted([fresh, old], async (later, move) => {
      assert.equal(await move(member).me(), 'before-rotation');
      await new Visitor(later).signUp(code, 'after-rotation');
      const invitation = (await later.enrollment.invitations.list()).items.find((one) => one.id === id);
      assert.equal(invitation?.state, 'used_up');
    });
  });

  it('signs with the new one: what is signed now is void under the old one alone', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    await restarted([fresh, old], async (later) => {
      const visitor = new Visitor(later);
      await visitor.enterCode(code);
      await restarted([old], async (_before, move) => {
        const moved = move(visitor);
        await moved.open();
        assert.equal(moved.step, 'invite-code 0');
      });
    });
  });

  it('without the old one, plans, codes and sessions made under it end without an error', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const { code: used } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const form = visitor.form;
    const member = new Visitor(testApp);
    await member.signUp(used, 'under-the-old');
    await restarted([fresh], async (later, move) => {
      const moved = move(visitor);
      const answer = await moved.post(form.action, { ...form.hidden, ...accountOf('too-late') });
      assert.ok([303, 403].includes(answer.status));
      await moved.open();
      assert.equal((await moved.submit({ invite_code: code })).status, 422);
      assert.equal(await move(member).me(), null);
      assert.deepEqual(later.members, []);
    });
  });
});
