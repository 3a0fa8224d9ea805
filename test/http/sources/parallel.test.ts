import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { isCampaign } from '../../support/campaign.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import { Visitor } from '../../support/http/visitor.js';
import { gatePath } from '../../support/sources/bypass-tricks.js';
import {
  allAtOnce,
  testApps,
  openParallelApps,
  type GuardApp,
  type ParallelApps,
} from '../../support/sources/parallel-apps.js';

/** `npm test` has one kind of accounts over each kind of stores, campaigns all. */
const sample = { memory: 'memory, with the connections', Redis: 'an SQLite file' };

for (const [stores, accounts] of Object.entries(sample)) {
  for (const [where, build] of Object.entries(testApps).filter(([kind]) => isCampaign || kind === accounts)) {
    describe(`concurrent sign-ins by a source, over ${stores}, with accounts in ${where}`, () => {
      let provider: HostileProvider;
      let redis: TestRedis | null;
      let guardApp: GuardApp;
      let testApp: ParallelApps;
      before(async () => {
        provider = await startHostileProvider();
        redis = stores === 'Redis' ? await startRedis() : null;
      });
      after(async () => {
        await provider.close();
        await redis?.stop();
      });
      beforeEach(async () => {
        provider.reset();
        guardApp = build(join(temporaryFolder(), 'users.sqlite'));
        testApp = await openParallelApps(provider, guardApp, redis);
      });
      afterEach(async () => {
        await testApp.close();
        await guardApp.close();
        await redis?.client().flushall();
      });

      const connected = (subject = 'ann'): Promise<string | null> =>
        testApp.connections.find({ source: 'acme', issuer: provider.issuer, subject });

      /** Asserts one account, linked, and how many of the code's seats are used. */
      async function assertOne(...ids: readonly string[]): Promise<void> {
        assert.equal(testApp.made.length, 1, JSON.stringify(testApp.made.map(({ username }) => username)));
        assert.equal(await connected(), testApp.made[0]?.id);
        const { items } = await testApp.enrollment.invitations.list({ limit: 100 });
        const spent = (): number =>
          items.filter(({ id }) => ids.includes(id)).reduce((sum, one) => sum + one.redeemed, 0);
        assert.equal(spent(), 1);
      }

      it('a hundred callbacks with one state: one asks Acme, and all lead to one gate', async () => {
        const visitor = new Visitor(testApp);
        const callback = await testApp.onTheWayBack(visitor);
        const answers = await Promise.all(Array.from({ length: 100 }, () => visitor.client.get(callback)));
        for (const { status, location } of answers) assert.deepEqual([status, location], [303, gatePath]);
        assert.equal(provider.seen.filter(({ endpoint }) => endpoint === 'token').length, 1);
        if (redis !== null) assert.equal((await redis.client().keys('enrollment:plan:*')).length, 1);
        const { code, id } = await testApp.enrollment.invitations.create();
        await visitor.get(gatePath);
        await visitor.follow(await visitor.submit({ invite_code: code }));
        assert.equal(await visitor.me(), 'ann');
        await summaryOnceRedeemed(1, testApp, id);

        // With an account: all hundred sign in to it.
        const again = new Visitor(testApp);
        const second = await testApp.onTheWayBack(again);
        const entered = await Promise.all(Array.from({ length: 100 }, () => again.client.get(second)));
        assert.equal(entered.filter(({ status }) => status === 303).length, 100);
        assert.equal(await again.me(), 'ann');
        await assertOne(id);
      });

      it('fifty last posts of one plan: one account, and every response leads to it', async () => {
        const { code, id } = await testApp.enrollment.invitations.create({ uses: 60 });
        const visitor = await testApp.atGate();
        const posts = Array.from({ length: 50 }, () => ({ visitor, fields: { invite_code: code } }));
        for (const { status, location, text } of await allAtOnce(testApp.url, posts))
          assert.ok(status === 303 && ['/', gatePath].includes(location), `${status} ${location} ${text}`);
        await summaryOnceRedeemed(1, testApp, id);
        await assertOne(id);
        await visitor.follow(await visitor.get(gatePath));
        assert.equal(await visitor.me(), 'ann');
      });

      it('twenty browsers of one person, twenty codes: one account, one code spent, others refused', async () => {
        const invited = await Promise.all(Array.from({ length: 20 }, () => testApp.enrollment.invitations.create()));
        const posts = [];
        for (const { code } of invited) posts.push({ visitor: await testApp.atGate(), fields: { invite_code: code } });
        const answers = await allAtOnce(testApp.url, posts);
        const signedIn = answers.filter(({ status, location }) => status === 303 && location === '/');
        assert.equal(signedIn.length, 1, answers.map(({ status, location }) => `${status} ${location}`).join(', '));
        assert.equal(await signedIn[0]?.visitor.me(), 'ann');
        for (const { visitor, ...first } of answers.filter((one) => !signedIn.includes(one))) {
          // A visitor who arrives after the name was taken is asked for another one, and sees the message then.
          const asked = first.status === 303;
          if (asked) await visitor.get(gatePath);
          const name = `other-${posts.findIndex((one) => one.visitor === visitor)}`;
          const emitted: { status: number; text: string } = asked ? await visitor.submit({ username: name }) : first;
          assert.equal(await visitor.me(), null);
          assert.equal(emitted.status, 403, emitted.text);
          assert.match(emitted.text, /You already have an account here/);
        }
        const [winner] = posts.filter(({ visitor }) => visitor === signedIn[0]?.visitor);
        const id = invited.find(({ code }) => code === winner?.fields.invite_code)?.id ?? '';
        await summaryOnceRedeemed(1, testApp, id);
        await assertOne(...invited.map((one) => one.id));
        // The losers are the same person: they only have to sign in again, and their codes remain valid for others.
        const loser = new Visitor(testApp);
        await loser.client.get(await testApp.onTheWayBack(loser));
        assert.equal(await loser.me(), 'ann');
      });

      it('twenty browsers of one person with no name or address, each with its own username', async () => {
        provider.person = { sub: 'ann' };
        const { code, id } = await testApp.enrollment.invitations.create({ uses: 50 });
        const posts = [];
        for (let at = 0; at < 20; at += 1) {
          const visitor = await testApp.atGate();
          await visitor.follow(await visitor.submit({ invite_code: code }));
          await visitor.follow(await visitor.submit({ username: `ann-${at}` }));
          assert.match(visitor.page.text, /name="email"/);
          posts.push({ visitor, fields: { email: `ann-${at}@example.com` } });
        }
        const answers = await allAtOnce(testApp.url, posts);
        assert.deepEqual(
          [303, 403].map((status) => answers.filter((answer) => answer.status === status).length),
          [1, 19],
          answers.map(({ status, text }) => `${status} ${text}`).join('\n'),
        );
        const holder = await connected();
        assert.ok(testApp.made.some((made) => made.id === holder));
        for (const { status, text, visitor } of answers) {
          if (status === 403) assert.match(text, /You already have an account here/);
          assert.equal(
            await visitor.me(),
            status === 303 ? (testApp.made.find((made) => made.id === holder)?.username ?? '') : null,
          );
        }
        await summaryOnceRedeemed(1, testApp, id);
        await assertOne(id);
      });

      it('two browsers of one person, in turn at the last page: the second is refused, none spent', async () => {
        provider.person = { sub: 'ann' };
        const { code, id } = await testApp.enrollment.invitations.create({ uses: 5 });
        const visitors = [];
        for (const name of ['ann', 'ann-again']) {
          const visitor = await testApp.atGate();
          await visitor.follow(await visitor.submit({ invite_code: code }));
          await visitor.follow(await visitor.submit({ username: name }));
          visitors.push(visitor);
        }
        const [first, second] = visitors;
        assert.ok(first !== undefined && second !== undefined);
        assert.equal((await first.submit({ email: 'ann@example.com' })).location, '/');
        const emitted = await second.submit({ email: 'ann-again@example.com' });
        assert.equal(emitted.status, 403, emitted.text);
        assert.match(emitted.text, /You already have an account here/);
        assert.equal(await second.me(), null);
        await summaryOnceRedeemed(1, testApp, id);
        const ledger = await testApp.enrollment.invitations.ledger(id);
        assert.equal(ledger.filter(({ kind }) => kind === 'claimed').length, 1);
        await assertOne(id);
      });

      it('twenty people with a single-use code: one account, others refused and nothing connected', async () => {
        const { code, id } = await testApp.enrollment.invitations.create({ uses: 1 });
        const posts = [];
        for (let at = 0; at < 20; at += 1) {
          provider.person = { sub: `guest-${at}`, preferred_username: `guest-${at}` };
          const visitor = await testApp.atGate();
          await visitor.follow(await visitor.submit({ invite_code: code }));
          assert.match(visitor.page.text, /name="email"/);
          posts.push({ visitor, fields: { email: `guest-${at}@example.com` } });
        }
        const answers = await allAtOnce(testApp.url, posts);
        assert.deepEqual(
          [303, 403].map((status) => answers.filter((answer) => answer.status === status).length),
          [1, 19],
          answers.map(({ status }) => status).join(' '),
        );
        await summaryOnceRedeemed(1, testApp, id);
        assert.equal(testApp.made.length, 1);
        for (const [at, { visitor, status, text }] of answers.entries()) {
          assert.equal(await visitor.me(), status === 303 ? `guest-${at}` : null);
          assert.equal(await connected(`guest-${at}`), status === 303 ? (testApp.made[0]?.id ?? '') : null);
          if (status === 403) assert.match(text, /has already been used|is being used right now/);
        }
      });
    });
  }
}
