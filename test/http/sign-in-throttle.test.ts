import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf, password } from '../support/account.js';
import { member, openSignInApp, signInPage } from '../support/http/sign-in-app.js';
import type { TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const plain = (text: string): string => text.replace(/ value="[^"]*"/g, '');

for (const stores of ['memory', 'Redis']) {
  describe(`wrong passwords are counted, over ${stores}`, () => {
    let testApp: TestApp;
    let redis: TestRedis | undefined;
    let name: string;
    let count = 0;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
      testApp = await openSignInApp({
        ...(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } }),
        clientKey: (req) => String(req.headers['x-client'] ?? req.ip),
      });
      await testApp.enrollment.ready();
    });
    after(async () => {
      await testApp.close();
      await redis?.stop();
    });
    beforeEach(async () => {
      await member(testApp, (name = `member-${(count += 1)}`));
    });

    async function attempt(typed: string, from: string, who = name): Promise<RawAnswer> {
      const visitor = new Visitor(testApp);
      await visitor.open(signInPage);
      return visitor.submit({ uid_field: who, password: typed }, { 'x-client': from });
    }

    /** Concurrently: a refusing answer is delayed by a quarter of a second. */
    const guesses = (
      many: number,
      by: (index: number) => readonly [from: string, who?: string],
    ): Promise<readonly RawAnswer[]> =>
      Promise.all(Array.from({ length: many }, (_, index) => attempt('wrong guess', ...by(index))));

    it('after ten the response is 429 with Retry-After, even for the right password', async () => {
      for (const { status } of await guesses(10, (index) => [`${name} ${index}`])) assert.equal(status, 422);
      const over = await attempt('wrong guess', `${name} more`);
      assert.equal(over.status, 429);
      const seconds = Number(over.headers['retry-after']);
      assert.ok(seconds > 0 && seconds <= 900, String(seconds));
      assert.match(over.text, /Too many sign-in attempts\. Try again in 15 min/);
      const right = await attempt(password, `${name} again`);
      assert.equal(right.status, 429);
      assert.equal(plain(right.text), plain(over.text));
      assert.equal((await attempt(password, `${name} elsewhere`, `${name}@example.com`)).status, 303);
    });

    it('thirty at once get no more than ten', async () => {
      const visitors = await Promise.all(
        Array.from({ length: 30 }, async () => {
          const visitor = new Visitor(testApp);
          await visitor.open(signInPage);
          return visitor;
        }),
      );
      const answers = await Promise.all(
        visitors.map((visitor, index) =>
          visitor.submit({ uid_field: name, password: `guess number ${index}` }, { 'x-client': `${name} ${index}` }),
        ),
      );
      assert.equal(answers.filter(({ status }) => status === 422).length, 10);
      assert.equal(answers.filter(({ status }) => status === 429).length, 20);
    });

    it('one address gets thirty, whatever names it tries', async () => {
      const first = await guesses(30, (index) => [`${name} only`, `${name}-${index}`]);
      assert.deepEqual(new Set(first.map(({ status }) => status)), new Set([422]));
      const more = await guesses(2, (index) => [`${name} only`, `${name}-more-${index}`]);
      assert.deepEqual(
        more.map(({ status }) => status),
        [429, 429],
      );
      assert.equal((await attempt(password, `${name} other`)).status, 303, 'others are not affected');
    });

    it('a user who has signed in from an address can still sign in from there', async () => {
      assert.equal((await attempt(password, `${name} home`)).status, 303);
      await guesses(12, (index) => [`${name} ${index}`]);
      assert.equal((await attempt(password, `${name} elsewhere`)).status, 429);
      assert.equal((await attempt(password, `${name} home`)).status, 303);
    });

    it('signing up makes the client known, for the username and for the email', async () => {
      const from = { 'x-client': `${name} home` };
      const owner = `owner-of-${name}`;
      const visitor = new Visitor(testApp);
      const { code } = await testApp.enrollment.invitations.create();
      await visitor.open('/if/flow/invite/');
      await visitor.follow(await visitor.submit({ invite_code: code }, from));
      assert.equal((await visitor.submit(accountOf(owner), from)).location, '/welcome');
      const names = [owner, `${owner}@example.com`];
      await Promise.all(names.map((who) => guesses(12, (index) => [`${name} ${index}`, who])));
      for (const who of names) {
        assert.equal((await attempt(password, `${name} elsewhere`, who)).status, 429);
        assert.equal((await attempt(password, `${name} home`, who)).status, 303, who);
      }
    });

    it('a right password costs nothing: forty users sign in from one address', async () => {
      for (let times = 0; times < 40; times += 1)
        assert.equal((await attempt(password, `${name} office`)).status, 303, String(times));
    });
  });
}

describe('the window of wrong passwords', () => {
  it('ends after a quarter of an hour, whatever was tried, and begins again', async () => {
    const testApp = await openSignInApp();
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await visitor.open(signInPage);
    const wrong = async (from = visitor): Promise<number> =>
      (await from.submit({ uid_field: 'ann', password: 'wrong guess' })).status;
    const another = async (): Promise<number> => {
      const one = new Visitor(testApp);
      await one.open(signInPage);
      return wrong(one);
    };
    for (let rounds = 0; rounds < 2; rounds += 1) {
      const first = await Promise.all(Array.from({ length: 10 }, another));
      assert.deepEqual(new Set(first), new Set([422]));
      for (let minutes = 0; minutes < 15; minutes += 1) {
        assert.equal(await wrong(), 429);
        testApp.clock.advance(60_000);
      }
    }
    assert.equal((await visitor.submit({ uid_field: 'ann', password })).status, 303);
    await testApp.close();
  });
});
