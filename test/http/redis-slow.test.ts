import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { slowWire, type SlowWire } from '../support/http/slow-wire.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startOwnTime } from '../support/own-time.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

describe('Redis with high latency', () => {
  let redis: TestRedis;
  let wire: SlowWire;
  let testApp: TestApp;
  before(async () => {
    redis = await startRedis();
    wire = await slowWire(redis.port);
    testApp = await openTestApp({ redis: wire.url, clock: { now: () => Date.now() } });
    await testApp.enrollment.ready();
    // From here on Redis knows every script.
    const { code } = await testApp.enrollment.invitations.create({ uses: 10 });
    const early = new Visitor(testApp);
    await early.open();
    await early.submit({ invite_code: 'WRONG-WORD' });
    await early.signUp(code, 'early');
    await early.get(testApp.page);
  });
  after(async () => {
    await testApp.close();
    await wire.close();
    await redis.stop();
  });

  it('is asked in as few round trips as possible', async function () {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    const rounds: [string, number, number][] = [];
    const step = async (what: string, most: number, act: () => Promise<unknown>): Promise<void> => {
      rounds.push([what, await wire.countRoundTrips(act), most]);
    };
    // A form may be the first in a second, which reads the epoch of sessions before anything else.
    const epoch = 1;
    await step('GET, first', 0, () => visitor.get(testApp.page));
    await step('POST code, wrong', 1 + epoch, () => visitor.submit({ invite_code: 'WRONG-WORD' }));
    await step('POST code, right', 2 + epoch, () => visitor.submit({ invite_code: code }));
    await step('GET account', 1, () => visitor.get(testApp.page));
    await step('POST account, refused', 1 + epoch, () => visitor.submit({ username: 'a b' }));
    await step('POST account, written', 5 + epoch, () => visitor.submit(accountOf('far')));
    await step('GET, signed in', 2, () => visitor.get(testApp.page));
    for (const [what, count, most] of rounds) assert.ok(count <= most, `${what}: ${count} round trips`);
    this.test!.title += ` (round trips: ${rounds.map(([what, count]) => `${what}: ${count}`).join('; ')})`;
  });

  it('ten-second responses become 503 after two, and late ones never reach another visitor', async function () {
    const { code } = await testApp.enrollment.invitations.create({ uses: 5 });
    const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
    await first.enterCode(code);
    await second.open();
    wire.delay(4000);
    const ownTime = startOwnTime();
    const answers = await Promise.all([first.get(testApp.page), second.submit({ invite_code: code })]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 503],
    );
    assert.ok(ownTime() < 3000);
    wire.delay(0);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await first.open();
    assert.equal(first.step, 'account 1');
    await second.open();
    if (second.step === 'invite-code 0') await second.follow(await second.submit({ invite_code: code }));
    assert.equal(second.step, 'account 1');
    assert.equal((await first.submit(accountOf('slow-first'))).location, '/welcome');
    assert.equal((await second.submit(accountOf('slow-second'))).location, '/welcome');
    assert.deepEqual([await first.me(), await second.me()], ['slow-first', 'slow-second']);
  });
});
