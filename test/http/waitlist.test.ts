import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { text, waitlistFlow, type InvitationLetter } from '../../lib/index.js';
import { effort } from '../support/campaign.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { storedPlans } from '../support/http/redis-snapshot.js';
import { accountOf } from '../support/account.js';
import { Visitor } from '../support/http/visitor.js';

const waitlist = waitlistFlow({
  slug: 'waitlist',
  fields: ['email', 'name', text({ key: 'about.why', label: 'Why?', required: false })],
  target: '/welcome',
  perClient: { points: 50, windowSeconds: 600 },
});
const generous = { points: 10_000_000, windowSeconds: 600 };

/** A page without the parts that differ between visits. */
const plain = (page: string): string => page.replace(/ value="[^"]*"/g, '');

for (const stores of ['memory', 'Redis']) {
  describe(`asking for an invitation, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let testApp: TestApp;
    let letters: InvitationLetter[];
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
    });
    after(() => redis?.stop());
    afterEach(() => testApp.close());
    beforeEach(() => open());

    async function open(more: TestAppOptions = {}): Promise<void> {
      letters = [];
      await redis?.client().flushall();
      testApp = await openTestApp({
        flows: [waitlist, signup],
        sendInvitation: async (letter) => void letters.push(letter),
        ...(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } }),
        ...more,
      });
      await testApp.enrollment.ready();
    }

    async function ask(email: string, more: Readonly<Record<string, string>> = {}, visitor = new Visitor(testApp)) {
      await visitor.open();
      const posted = await visitor.submit({ email, name: 'Ann', ...more });
      const shown = posted.status === 303 ? await visitor.follow(posted) : posted;
      return { visitor, posted, shown };
    }

    it('has one page, a confirmation, and a redirect to the target', async () => {
      const { visitor, posted, shown } = await ask('Ann@Example.com', { 'about.why': 'Curious' });
      assert.deepEqual([posted.status, posted.location, shown.status], [303, testApp.page, 200]);
      assert.match(shown.text, /<h1[^>]*>You’re on the list<\/h1>[^]*we’ll email you an invitation/);
      assert.doesNotMatch(shown.text, /ann@example|cancel/i);
      assert.match(shown.text, /<button[^>]*>Back to 127\.0\.0\.1<\/button>/);
      const done = await visitor.submit({});
      assert.deepEqual([done.status, done.location], [303, '/welcome']);
      assert.equal(await visitor.me(), null);
      assert.equal(testApp.members.length, 0);
      const [entry] = await testApp.enrollment.waitlist.list();
      assert.deepEqual(
        [entry?.email, entry?.answers, entry?.state, entry?.locale, entry?.tenant],
        ['ann@example.com', { name: 'Ann', about: { why: 'Curious' } }, 'waiting', 'en', null],
      );
    });

    it('keeps what the form declares and nothing else', async () => {
      await ask('ann@example.com', { admin: 'true', state: 'approved', tenant: 'acme', 'about.other': 'x' });
      const [entry] = await testApp.enrollment.waitlist.list();
      assert.deepEqual([entry?.answers, entry?.tenant, entry?.state], [{ name: 'Ann' }, null, 'waiting']);
    });

    it('shows the same pages for a new, listed, refused, invited, no longer invited or member address', async () => {
      for (const name of ['listed', 'refused', 'invited', 'ended', 'member']) await ask(`${name}@example.com`);
      await testApp.enrollment.waitlist.refuse({ emails: ['refused@example.com'] });
      const { rows } = await testApp.enrollment.waitlist.approve({
        emails: ['invited@example.com', 'ended@example.com'],
      });
      await testApp.enrollment.invitations.revoke(rows[1]?.invitation ?? '');
      const { code } = await testApp.enrollment.invitations.create();
      const member = new Visitor(testApp);
      await member.open('/if/flow/invite/');
      await member.follow(await member.submit({ invite_code: code }));
      assert.equal((await member.submit(accountOf('member'))).status, 303);

      const counts = await testApp.enrollment.waitlist.count();
      const pages = new Map<string, string>();
      for (const name of ['listed', 'refused', 'invited', 'ended', 'member', 'new']) {
        const { posted, shown } = await ask(`${name}@example.com`, { name: 'Mallory' });
        assert.equal(posted.text, '');
        pages.set(name, `${posted.status} ${posted.location} ${shown.status} ${plain(shown.text)}`);
      }
      assert.equal(new Set(pages.values()).size, 1, [...pages.keys()].join());
      assert.deepEqual(await testApp.enrollment.waitlist.count(), {
        ...counts,
        sent: counts.sent - 1,
        waiting: counts.waiting + 2,
      });
      const [listed] = await testApp.enrollment.waitlist.list();
      assert.deepEqual(listed?.answers, { name: 'Ann' });
    });

    it('whose invitation was revoked or has expired waits again, and is approved again', async () => {
      const { waitlist: list, invitations } = testApp.enrollment;
      const emails = ['revoked@example.com', 'expired@example.com', 'reissued@example.com'];
      for (const email of emails) await ask(email);
      const expires = (redis === undefined ? testApp.clock.now() : Date.now()) + 300;
      const [revoked, expired, reissued] = [
        await list.approve({ emails: emails.slice(0, 1) }),
        await list.approve({ emails: emails.slice(1, 2) }, { expires }),
        await list.approve({ emails: emails.slice(2) }),
      ].map(({ rows: [row] }) => row?.invitation ?? '');
      const next = await invitations.reissue(reissued ?? '');
      await invitations.revoke(revoked ?? '');
      testApp.clock.advance(300);
      await waitUntil(
        async () => (await invitations.get(expired ?? '')).state === 'expired' || undefined,
        () => 'it did not expire',
      );
      for (const email of emails) await ask(email, { name: 'Mallory' });
      const waiting = await list.list({ state: 'waiting' });
      assert.deepEqual(
        waiting.map(({ email, answers, invitation, earlier }) => [email, answers, invitation, earlier]),
        [
          [emails[0], { name: 'Ann' }, null, [revoked]],
          [emails[1], { name: 'Ann' }, null, [expired]],
        ],
      );
      await invitations.revoke(next.id);
      await ask(emails[2] ?? '');
      const again = await list.approve({ first: 3 });
      assert.deepEqual(
        [
          again.sent,
          letters
            .slice(3)
            .map(({ email }) => email)
            .toSorted(),
        ],
        [3, emails.toSorted()],
      );
    });

    it('a form with mistakes returns with its input, and writes nothing', async () => {
      const { posted } = await ask('not an address', { name: '' });
      assert.equal(posted.status, 422);
      assert.match(posted.text, /Enter an email address[^]*not an address/);
      assert.deepEqual(await testApp.enrollment.waitlist.list(), []);
    });

    it('a visit writes nothing, a double click one entry, and the page can be reloaded', async () => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.deepEqual(await testApp.enrollment.waitlist.list(), []);
      const [one, two] = await Promise.all([
        visitor.submit({ email: 'ann@example.com', name: 'Ann' }),
        visitor.submit({ email: 'ann@example.com', name: 'Ann' }),
      ]);
      assert.deepEqual([one.status, two.status], [303, 303]);
      for (let times = 0; times < 2; times += 1) {
        await visitor.open();
        assert.equal(visitor.step, 'waitlist_joined 1');
      }
      assert.equal((await testApp.enrollment.waitlist.list()).length, 1);
      assert.equal(testApp.events.filter(({ name }) => name === 'waitlist.asked').length, 1);
    });

    it('a hundred concurrent requests for one address make one entry', async () => {
      await testApp.close();
      await open({
        flows: [waitlistFlow({ slug: 'waitlist', perClient: generous, perAddress: generous }), signup],
      });
      const visitors = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const visitor = new Visitor(testApp);
          await visitor.open();
          return visitor;
        }),
      );
      const answers = await Promise.all(
        visitors.map((visitor, at) => visitor.submit({ email: at % 2 === 0 ? 'ann@example.com' : 'ANN@example.com ' })),
      );
      assert.ok(answers.every(({ status }) => status === 303));
      assert.equal((await testApp.enrollment.waitlist.list()).length, 1);
    });

    it('from approval to account: the link in the email signs up, and the entry is joined', async () => {
      await ask('ann@example.com');
      const report = await testApp.enrollment.waitlist.approve({ first: 5 }, { data: { team: 'red' } }, { by: 'root' });
      assert.equal(report.sent, 1);
      const [letter] = letters;
      assert.ok(letter?.url);
      testApp.canaries.add(letter.code);
      // The waitlist is the first flow; the link points to the flow that accepts codes.
      const url = new URL(letter.url);
      assert.equal(url.pathname, '/if/flow/invite/');
      assert.ok(letter.expires !== null && letter.expires > Date.now() + 29 * 86_400_000);

      const other = new Visitor(testApp);
      await other.open(url.pathname + url.search);
      await other.follow(await other.submit({ invite_code: letter.code }));
      const wrong = await other.submit(accountOf('bob'));
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /This invitation is for another email address/);
      assert.equal((await other.submit(accountOf('ann'))).status, 303);
      assert.equal(await other.me(), 'ann');
      await waitUntil(
        async () => ((await testApp.enrollment.waitlist.count()).joined === 1 ? true : undefined),
        () => 'the entry does not say joined',
      );
      assert.ok(testApp.events.some(({ name }) => name === 'waitlist.joined'));
      assert.equal((await testApp.enrollment.waitlist.approve({ emails: ['ann@example.com'] })).already, 1);
      assert.equal((await testApp.enrollment.waitlist.resend({ emails: ['ann@example.com'] })).already, 1);
      assert.equal(letters.length, 1);
    });

    it('resending ends the code that was sent before', async () => {
      await ask('ann@example.com');
      await testApp.enrollment.waitlist.approve({ first: 1 });
      await testApp.enrollment.waitlist.resend({ emails: ['ann@example.com'] });
      const [first, second] = letters;
      assert.ok(first && second);
      const enter = async (code: string): Promise<number> => {
        const visitor = new Visitor(testApp);
        await visitor.open('/if/flow/invite/');
        return (await visitor.submit({ invite_code: code })).status;
      };
      assert.equal(await enter(first.code), 422);
      assert.equal(await enter(second.code), 303);
      await testApp.enrollment.waitlist.remove('ann@example.com');
      assert.equal(await enter(second.code), 422);
    });

    it('a person who became a member another way is not invited', async () => {
      await ask('ann@example.com');
      const { code } = await testApp.enrollment.invitations.create();
      const visitor = new Visitor(testApp);
      await visitor.open('/if/flow/invite/');
      await visitor.follow(await visitor.submit({ invite_code: code }));
      await visitor.submit(accountOf('ann'));
      // An address that was only typed may be another person's.
      const ann = await testApp.users.findByLogin('email', 'ann@example.com');
      await testApp.users.update?.(ann ?? assert.fail('ann'), { emailVerified: true });
      const { rows } = await testApp.enrollment.waitlist.approve({ first: 1 });
      assert.deepEqual([rows[0]?.outcome, rows[0]?.state], ['already', 'joined']);
      assert.deepEqual(letters, []);
    });

    it('too many requests of one client are a 429 with Retry-After; others are not affected', async () => {
      await testApp.close();
      await open({
        flows: [waitlistFlow({ slug: 'waitlist', perClient: { points: 3, windowSeconds: 600 } }), signup],
        clientKey: (req) => String(req.headers['x-client'] ?? req.ip),
      });
      const from = async (client: string, email: string) => {
        const visitor = new Visitor(testApp);
        await visitor.open();
        return visitor.submit({ email }, { 'x-client': client });
      };
      for (let at = 0; at < 3; at += 1) assert.equal((await from('one', `p${at}@example.com`)).status, 303);
      const over = await from('one', 'p3@example.com');
      assert.equal(over.status, 429);
      const seconds = Number(over.headers['retry-after']);
      assert.ok(seconds > 0 && seconds <= 600, String(seconds));
      assert.match(over.text, /too many requests from your network\. Try again in 10 min/);
      // It reveals nothing about the address either.
      assert.equal(plain((await from('one', 'p0@example.com')).text), plain(over.text));
      assert.equal((await from('other', 'p4@example.com')).status, 303);
      assert.equal((await testApp.enrollment.waitlist.list()).length, 4);
    });

    it('too many requests for one address get the usual response, and write nothing', async () => {
      await testApp.close();
      const perAddress = { points: 2, windowSeconds: 600 };
      await open({ flows: [waitlistFlow({ slug: 'waitlist', perClient: generous, perAddress }), signup] });
      const pages = new Set<string>();
      for (let times = 0; times < 4; times += 1) pages.add(plain((await ask('ann@example.com')).shown.text));
      assert.equal(pages.size, 1);
      // The only way to observe it: the address is forgotten, but counting continues.
      await testApp.enrollment.waitlist.remove('ann@example.com');
      await ask('ann@example.com');
      assert.deepEqual(await testApp.enrollment.waitlist.list(), []);
    });

    it('answers of more than 4 kB are asked for again, starting with the longest', async () => {
      await testApp.close();
      const fields = ['a', 'b', 'c', 'd', 'e'].map((key) => text({ key, label: key }));
      await open({ flows: [waitlistFlow({ slug: 'waitlist', fields }), signup] });
      const typed = {
        a: 'x'.repeat(900),
        b: 'x'.repeat(901),
        c: 'x'.repeat(1000),
        d: 'x'.repeat(900),
        e: 'x'.repeat(900),
      };
      const { posted } = await ask('ann@example.com', typed);
      assert.equal(posted.status, 422);
      assert.match(posted.text, /id="field-c-error"[^]{0,40}That’s too long/);
      assert.deepEqual(await testApp.enrollment.waitlist.list(), []);
      assert.equal((await ask('ann@example.com', { ...typed, c: 'x' })).shown.status, 200);
    });

    if (stores === 'Redis') {
      it('the address is removed from the plan once it is on the list', async () => {
        const { visitor } = await ask('ann@example.com', { 'about.why': 'Curious' });
        const client = redis?.client() ?? assert.fail();
        const plans = await storedPlans(client);
        assert.equal(plans.length, 1);
        assert.doesNotMatch(plans.join(), /ann@|Curious/);
        await visitor.submit({});
        assert.doesNotMatch((await storedPlans(client)).join(), /ann@|Curious/);
      });

      it('a store outage is a 503, and the request can be sent again', async () => {
        const own = await startRedis({ persistence: true });
        await testApp.close();
        await open({ redis: own.url });
        const visitor = new Visitor(testApp);
        await visitor.open();
        await own.kill();
        const fields = { email: 'ann@example.com', name: 'Ann' };
        assert.equal((await visitor.submit(fields)).status, 503);
        await own.start();
        await waitUntil(
          async () => ((await testApp.enrollment.health()).ready ? true : undefined),
          () => 'Redis does not come back',
        );
        assert.equal((await visitor.submit(fields)).status, 303);
        assert.equal((await testApp.enrollment.waitlist.list()).length, 1);
        await testApp.close();
        await own.stop();
        await open();
      });
    }
  });
}

describe('the form of the waitlist', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
  const runs = Number(process.env['FUZZ_RUNS'] ?? effort(100, 600));
  const names = fc.oneof(
    fc.constantFrom(
      'email',
      'name',
      'about.why',
      'waitlist_joined',
      'enrollment_step',
      '__proto__',
      'email[]',
      'next',
      'state',
    ),
    fc.string({ maxLength: 20 }),
  );
  const values = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.emailAddress(),
    fc.constantFrom(
      'ann@example.com',
      'a@b',
      '',
      '%00',
      'x'.repeat(2000),
      '<%= 7*7 %>',
      "'><script>",
      'a@b.c\r\nBcc: x@y',
    ),
  );
  const bodies = fc.oneof(
    fc.array(fc.tuple(names, values), { maxLength: 8 }).map((pairs) => new URLSearchParams(pairs).toString()),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );

  it(`accepts any body without a server error or an account (${runs} runs, FUZZ_SEED=${seed})`, async () => {
    const testApp = await openTestApp({
      flows: [waitlistFlow({ slug: 'waitlist', fields: ['email', 'name'], perClient: generous }), signup],
    });
    await fc.assert(
      fc.asyncProperty(bodies, fc.boolean(), async (body, signed) => {
        const visitor = new Visitor(testApp);
        await visitor.open();
        const { status, text: page } = await visitor.client.post(
          testApp.page,
          signed ? `enrollment_step=${visitor.signature}&${body}` : body,
        );
        assert.ok([303, 400, 403, 422].includes(status), String(status));
        assert.doesNotMatch(page, /<script(?! type="module" src="[^"]*\/assets\/)|>49</);
      }),
      { seed, numRuns: runs },
    );
    assert.equal(testApp.members.length, 0);
    for (const { email, state, answers } of await testApp.enrollment.waitlist.list({ limit: 1000 })) {
      assert.match(email, /^[^\s@]+@[^\s@]+$/);
      assert.equal(state, 'waiting');
      assert.deepEqual(Object.keys(answers), ['name']);
    }
    assert.deepEqual(
      testApp.log.filter(({ level }) => level === 'error'),
      [],
    );
    await testApp.close();
  });
});
