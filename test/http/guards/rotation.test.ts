import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { secrets } from '../../support/http/test-app.js';
import { Caller, openGuardApp, personIn, said, type GuardApp } from '../../support/guards/guard-app.js';
import { sqlitePeople } from '../../support/guards/people.js';

const [old, fresh] = secrets;

describe('a guard while the secret is changed, one process after the other', () => {
  let redis: TestRedis;
  let guardApps: readonly GuardApp[] = [];
  before(async () => {
    redis = await startRedis();
    const file = join(temporaryFolder(), 'people.sqlite');
    for (const secret of [[old], [fresh, old], [old, fresh]]) {
      const guardApp = await openGuardApp({ redis: redis.url, people: await sqlitePeople(file), secret });
      await guardApp.enrollment.ready();
      guardApps = [...guardApps, guardApp];
    }
  });
  after(async () => {
    for (const guardApp of guardApps) await guardApp.close();
    await redis.stop();
  });

  /** One browser that sends its form to every process with the attempt that the first one issued. */
  async function browserAtAll(): Promise<readonly Caller[]> {
    const callers = guardApps.map((guardApp) => new Caller(guardApp));
    await callers[0]?.open();
    const attempt = callers[0]?.client.cookies.get('enrollment.attempt') ?? '';
    for (const { client } of callers) client.cookies.set('enrollment.attempt', attempt);
    return callers;
  }

  it('F4: one form sent to each of them, in turn or at once, is one enrollment', async () => {
    for (const atOnce of [false, true]) {
      const email = `${atOnce ? 'ben' : 'ann'}@example.com`;
      const code = (await guardApps[0]?.invite({ uses: 3 })) ?? '';
      const callers = await browserAtAll();
      const answers = [];
      if (atOnce) answers.push(...(await Promise.all(callers.map((caller) => caller.send(code, email)))));
      else for (const caller of callers) answers.push(await caller.send(code, email));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [201, 201, 201],
        answers.map(({ text }) => text).join(),
      );
      assert.equal(new Set(answers.map(personIn)).size, 1);
    }
  });

  it('F4: other data for the same name says that the account is ready, at each of them', async () => {
    const code = (await guardApps[0]?.invite()) ?? '';
    const [first, ...others] = await browserAtAll();
    assert.equal((await first?.send(code, 'cat@example.com', { username: 'cat', password: 'one' }))?.status, 201);
    for (const caller of others) {
      const emitted = await caller.send(code, 'cat@example.com', { username: 'cat', password: 'two' });
      assert.deepEqual([emitted.status, said(emitted)['code']], [409, 'ERR_ENROLLMENT_INVITE_REDEEMED'], emitted.text);
    }
  });
});
