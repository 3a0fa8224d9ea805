import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

for (const stores of ['memory', 'Redis']) {
  describe(`wrong codes are counted, over ${stores}`, () => {
    let testApp: TestApp;
    let redis: TestRedis | undefined;
    let code: string;
    let client: string;
    let count = 0;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
      testApp = await openTestApp({
        ...(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } }),
        clientKey: (req) => String(req.headers['x-client'] ?? req.ip),
        rateLimits: {
          codes: { perClient: { points: 5, windowSeconds: 600 }, perPlan: { points: 3, windowSeconds: 600 } },
        },
      });
      await testApp.enrollment.ready();
    });
    after(async () => {
      await testApp.close();
      await redis?.stop();
    });
    beforeEach(async () => {
      client = `client-${(count += 1)}`;
      ({ code } = await testApp.enrollment.invitations.create({ uses: 100 }));
    });

    async function guess(
      typed: string,
      visitor = new Visitor(testApp),
      from = client,
    ): Promise<Awaited<ReturnType<Visitor['submit']>>> {
      await visitor.open();
      return visitor.submit({ invite_code: typed }, { 'x-client': from });
    }

    it('the limit of a client is a 429 with Retry-After, across all its plans', async () => {
      for (let times = 0; times < 5; times += 1) assert.equal((await guess(`WRONG-WORD-${times}`)).status, 422);
      const over = await guess('WRONG-WORD-6');
      assert.equal(over.status, 429);
      const seconds = Number(over.headers['retry-after']);
      assert.ok(seconds > 0 && seconds <= 600, String(seconds));
      assert.match(over.text, /too many wrong codes\. Try again in 10 min/i);
      assert.doesNotMatch(over.text, /Reference: *</);
      // The right code gets the same answer, which does not reveal that it was right.
      const right = await guess(code);
      assert.equal(right.status, 429);
      const plain = (text: string): string => text.replace(/ value="[^"]*"/g, '');
      assert.equal(plain(right.text), plain(over.text));
    });

    it('others are not affected, and no one can lock a code', async () => {
      for (let times = 0; times < 8; times += 1) await guess('WRONG-WORD');
      assert.equal((await guess(code, new Visitor(testApp), `${client}-other`)).status, 303);
    });

    it('the limit of a plan applies whatever address the guesses come from', async () => {
      const visitor = new Visitor(testApp);
      for (let times = 0; times < 3; times += 1)
        assert.equal((await guess(`WRONG-WORD-${times}`, visitor, `${client}-${times}`)).status, 422);
      assert.equal((await guess('WRONG-WORD-4', visitor, `${client}-4`)).status, 429);
    });

    it('a right code costs nothing: many people sign up from one address', async () => {
      for (let times = 0; times < 12; times += 1) assert.equal((await guess(code)).status, 303, String(times));
    });

    it('a typo in a generated code costs nothing, and differs from a wrong code', async () => {
      const slip = code.slice(0, -1) + (code.endsWith('7') ? '8' : '7');
      for (let times = 0; times < 12; times += 1) {
        const answer = await guess(slip);
        assert.equal(answer.status, 422);
        assert.match(answer.text, /This code has a typo/);
        assert.doesNotMatch(answer.text, /Reference:/);
      }
      assert.equal((await guess(code)).status, 303);
    });

    it('a hundred concurrent guesses get no more than the limit', async () => {
      const visitors = await Promise.all(
        Array.from({ length: 60 }, async () => {
          const visitor = new Visitor(testApp);
          await visitor.open();
          return visitor;
        }),
      );
      const answers = await Promise.all(
        visitors.map((visitor, index) =>
          visitor.submit({ invite_code: `WRONG-WORD-${index}` }, { 'x-client': client }),
        ),
      );
      assert.equal(answers.filter(({ status }) => status === 422).length, 5);
      assert.equal(answers.filter(({ status }) => status === 429).length, 55);
    });

    it('emits one event per window', async () => {
      const before = testApp.events.filter(({ name }) => name === 'invitation.throttled').length;
      for (let times = 0; times < 9; times += 1) await guess('WRONG-WORD');
      const emitted = testApp.events.filter(({ name }) => name === 'invitation.throttled').slice(before);
      assert.deepEqual(
        emitted.map(({ facts }) => facts['limit']),
        ['client'],
      );
    });
  });
}

describe('the window of wrong codes', () => {
  it('ends when its time is up, and begins again', async () => {
    const testApp = await openTestApp({ rateLimits: { codes: { perClient: { points: 2, windowSeconds: 60 } } } });
    const visitor = new Visitor(testApp);
    const statuses = async (): Promise<readonly number[]> => {
      const all: number[] = [];
      for (let times = 0; times < 4; times += 1) {
        await visitor.open();
        all.push((await visitor.submit({ invite_code: 'WRONG-WORD' })).status);
      }
      return all;
    };
    assert.deepEqual(await statuses(), [422, 422, 429, 429]);
    testApp.clock.advance(60_000);
    assert.deepEqual(await statuses(), [422, 422, 429, 429]);
    await testApp.close();
  });
});
