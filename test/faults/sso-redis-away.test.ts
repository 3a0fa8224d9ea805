import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  memoryConnections,
  memoryUsers,
  openIdConnectSource,
  type Connections,
  type MemoryUser,
} from '../../lib/index.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { assertNothingInside } from '../support/http/answer-checks.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { form } from '../support/html-form.js';
import type { RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { gatePath, SsoPerson } from '../support/faults/sso-person.js';

/** The moments at which Redis goes away, in the order of the sign-in. */
const moments = ['before it begins', 'at the provider', 'at the code page', 'at the last page'] as const;

for (const kept of [true, false]) {
  describe(`Redis going down during a provider sign-in, coming back ${kept ? 'as it was' : 'empty'}`, () => {
    let provider: HostileProvider;
    let redis: TestRedis;
    let testApp: TestApp;
    let connections: Connections;
    let made: MemoryUser[];
    let leaveAfterWriting: boolean;
    let person: SsoPerson;
    let code: string;
    let count = 0;
    before(async () => {
      [provider, redis] = await Promise.all([startHostileProvider(), startRedis({ persistence: kept })]);
    });
    after(async () => {
      await provider.close();
      await redis.stop();
    });
    beforeEach(async () => {
      made = [];
      leaveAfterWriting = false;
      connections = memoryConnections();
      const { users, redemptions } = memoryUsers();
      const { issuer, clientId, clientSecret } = provider;
      testApp = await openTestApp({
        redis: redis.url,
        clock: { now: () => Date.now() },
        flows: [signup],
        users: {
          ...users,
          async create(account, redemption) {
            const user = await users.create(account, redemption);
            made.push(user);
            if (leaveAfterWriting) await redis.kill();
            return user;
          },
        },
        redemptions,
        connections,
        sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
      });
      await testApp.enrollment.ready();
      person = new SsoPerson(testApp.url, provider, `person-${(count += 1)}`);
      provider.person = { sub: person.name, email: `${person.name}@example.com`, email_verified: true };
      ({ code } = await testApp.enrollment.invitations.create());
    });
    afterEach(async () => {
      await redis.start();
      await testApp.close();
    });

    /** The same request while Redis is away, and after it is back. */
    async function around(ask: () => Promise<RawAnswer>): Promise<RawAnswer> {
      await redis.kill();
      assertAway(await ask());
      await back();
      return ask();
    }

    async function back(): Promise<void> {
      await redis.start();
      await waitUntil(
        async () => ((await testApp.enrollment.health()).ready ? true : undefined),
        () => 'Redis does not come back',
      );
      // Data that was only in Redis has to be created again.
      if (!kept) ({ code } = await testApp.enrollment.invitations.create());
    }

    function assertAway(answer: RawAnswer): void {
      assert.equal(answer.status, 503, answer.text);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.match(answer.text, /<h1/);
      assertNothingInside(answer);
    }

    async function last(): Promise<RawAnswer> {
      const { hidden } = form((await person.client.get(gatePath)).text);
      return person.client.post(gatePath, { ...hidden, username: person.name });
    }

    async function goToLastPage(): Promise<void> {
      await person.client.get(await person.recognized());
      const page = await person.page();
      assert.ok(page?.asksCode);
      const passed = await person.client.post(gatePath, { ...page.hidden, invite_code: code });
      assert.deepEqual([passed.status, passed.location], [303, gatePath], passed.text);
    }

    async function assertIn(): Promise<void> {
      assert.equal(await person.me(), person.name);
      assert.deepEqual(
        made.map(({ username }) => username),
        [person.name],
      );
      const holder = await connections.find({ source: 'acme', issuer: provider.issuer, subject: person.name });
      assert.equal(holder, made[0]?.id);
    }

    async function anew(): Promise<void> {
      assert.equal(await person.me(), null);
      assert.equal(made.length, 0);
      await goToLastPage();
      assert.equal((await last()).status, 303);
      await assertIn();
    }

    const ways: Readonly<Record<(typeof moments)[number], () => Promise<void>>> = {
      async 'before it begins'() {
        const away = await around(() => person.client.get('/source/acme/login'));
        assert.equal(away.status, 303, away.text);
        assert.equal((await person.client.get(person.answered(away))).location, gatePath);
        await anew();
      },
      async 'at the provider'() {
        const callback = await person.recognized();
        const answer = await around(() => person.client.get(callback));
        if (!kept) {
          assert.equal(answer.status, 403, answer.text);
          assert.match(answer.text, /href="[^"]*\/source\/acme\/login"/, 'there is a way to try again');
          return anew();
        }
        assert.deepEqual([answer.status, answer.location], [303, gatePath], answer.text);
        return anew();
      },
      async 'at the code page'() {
        await person.client.get(await person.recognized());
        const page = await person.page();
        assert.ok(page?.asksCode);
        const answer = await around(() => person.client.post(gatePath, { ...page.hidden, invite_code: code }));
        assert.deepEqual([answer.status, answer.location], [303, gatePath], answer.text);
        const shown = await person.client.get(gatePath);
        if (!kept) {
          assert.equal(shown.status, 403, shown.text);
          assert.match(shown.text, /Sign in with your provider first/);
          return anew();
        }
        assert.match(shown.text, /name="username"/);
        assert.equal((await last()).location, '/');
        return assertIn();
      },
      async 'at the last page'() {
        await goToLastPage();
        const { hidden } = form((await person.client.get(gatePath)).text);
        const answer = await around(() => person.client.post(gatePath, { ...hidden, username: person.name }));
        if (!kept) {
          assert.deepEqual([answer.status, answer.location], [303, gatePath], answer.text);
          assert.equal((await person.client.get(gatePath)).status, 403);
          return anew();
        }
        assert.deepEqual([answer.status, answer.location], [303, '/'], answer.text);
        return assertIn();
      },
    };

    for (const moment of moments) {
      it(`${moment}: a plain page, then ${kept ? 'the way goes on' : 'a fresh start'}, one account`, () =>
        ways[moment]());
    }

    it('after the write: a plain page and no second account, however the person returns', async () => {
      for (const how of ['sends the form again', 'signs in anew'] as const) {
        person = new SsoPerson(testApp.url, provider, `${person.name}-${how === 'signs in anew' ? 'anew' : 'again'}`);
        provider.person = { sub: person.name, email: `${person.name}@example.com`, email_verified: true };
        if (how === 'signs in anew') ({ code } = await testApp.enrollment.invitations.create());
        made.length = 0;
        await goToLastPage();
        const { hidden } = form((await person.client.get(gatePath)).text);
        const post = (): Promise<RawAnswer> => person.client.post(gatePath, { ...hidden, username: person.name });
        leaveAfterWriting = true;
        const answer = await post();
        leaveAfterWriting = false;
        assert.match(answer.text, /Your account is ready/);
        await back();
        if (how === 'sends the form again') {
          const again = await post();
          // An existing account does not prove who sends the request; the provider does.
          assert.ok(again.location === gatePath || again.text.includes('Your account is ready'), again.text);
          assert.equal(await person.me(), null);
        }
        const callback = await person.recognized();
        assert.equal((await person.client.get(callback)).status, 303);
        await assertIn();
      }
    });
  });
}
