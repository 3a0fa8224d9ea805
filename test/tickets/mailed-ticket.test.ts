import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { confirmEmailFlow, setPasswordFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import type { TicketSettings } from '../../lib/ports.js';
import { createMemoryOutbox } from '../../lib/stores/memory/outbox.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer, type MemoryMailer } from '../../lib/testing/memory-mailer.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { mailsSettled } from '../support/mail/mails-settled.js';
import { waitUntil } from '../support/wait-until.js';

const fresh = 'a new battery for the horse';

describe('a ticket by mail', () => {
  let testApp: TestApp;
  let mailer: MemoryMailer;
  let ann: MemoryUser;
  let boss: MemoryUser;
  let count = 0;
  /** The kinds of the mails that were stored in one step each. */
  const steps: unknown[][] = [];
  let isDown = false;
  before(async () => {
    mailer = memoryMailer();
    const outbox = createMemoryOutbox({ clock: fakeClock() });
    testApp = await openTestApp({
      mailer,
      stores: {
        outbox: {
          ...outbox,
          put(items, delayMs) {
            if (isDown) return Promise.reject(new Error('down'));
            steps.push(items.map(({ payload }) => payload['kind']));
            return outbox.put(items, delayMs);
          },
        },
      },
      flows: [
        confirmEmailFlow({ slug: 'confirm' }),
        setPasswordFlow({ slug: 'set-password', signInFlow: 'sign-in' }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
      ],
    });
    await testApp.enrollment.ready();
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    boss = await member(testApp, `boss-${count}`);
  });

  async function ticket(more: Partial<TicketSettings> = {}): Promise<{ readonly path: string; readonly id: string }> {
    const settings = { purpose: 'invite', delivery: 'kit', app: 'Acme', inviter: boss.id, ...more } as const;
    const { url, id } = await testApp.enrollment.tickets.create({ user: ann.id }, settings);
    const { pathname, search } = new URL(url);
    return { path: pathname + search, id };
  }
  const mailsTo = (user: MemoryUser) => mailer.mails.filter(({ to }) => to === user.email);
  async function mailed(user: MemoryUser, howMany: number): Promise<string> {
    const { text } = await waitUntil(
      () => mailsTo(user)[howMany - 1],
      () => 'the mail was not sent',
    );
    return text;
  }

  const linkIn = (text: string): string =>
    /(\/if\/flow\/[\w-]+\/-\/ticket\?ticket=[\w.-]+&mail=[\w-]+)/.exec(text)?.[1] ?? text;

  it('T-MAIL-06: a first password is told where the kit did not mail the link to its mailbox', async () => {
    const { tickets } = testApp.enrollment;
    const firstPassword = async (mailedBy: 'kit' | 'own'): Promise<readonly string[]> => {
      const name = `new-${String((count += 1))}`;
      const { id } = await member(testApp, name);
      const user = (await testApp.users.findById(id)) ?? assert.fail('a user');
      await testApp.users.update?.(user, { passwordHash: null });
      const { url } = await tickets.create({ user: id }, { purpose: 'invite', delivery: mailedBy });
      const by = new Visitor(testApp);
      const { pathname, search } = new URL(url);
      await by.follow(await by.get(mailedBy === 'kit' ? linkIn(await mailed(user, 1)) : pathname + search));
      await by.submit({ password: fresh });
      await mailsSettled(testApp);
      return mailsTo(user).map(({ kind }) => kind);
    };
    assert.deepEqual(await firstPassword('kit'), ['ticket_invite']);
    assert.deepEqual(await firstPassword('own'), ['password_set']);
  });

  it('whose mail cannot be ordered ends no earlier one; of many at once one is open', async () => {
    const { tickets } = testApp.enrollment;
    const settings = { purpose: 'recovery', delivery: 'kit' } as const;
    const first = await tickets.create({ user: ann.id }, settings);
    isDown = true;
    await assert.rejects(tickets.create({ user: ann.id }, settings), { status: 503 });
    isDown = false;
    const states = async (): Promise<readonly string[]> =>
      (await tickets.list({ user: ann.id })).map(({ state }) => state);
    assert.deepEqual([(await tickets.get(first.id))?.state, await states()], ['open', ['revoked', 'open']]);
    await Promise.all(Array.from({ length: 10 }, () => tickets.create({ user: ann.id }, settings)));
    const all = await states();
    assert.equal(all.filter((state) => state === 'open').length, 1);
    assert.equal(all.filter((state) => state === 'superseded').length, 10);
  });

  it('is sent once to the address of the account, and its use proves that address', async () => {
    const { path, id } = await ticket({ zone: 'Asia/Tokyo' });
    const text = await mailed(ann, 1);
    assert.match(text, /Acme/);
    assert.match(text, /GMT\+9|JST|Japan|Tokyo/);
    assert.equal(mailsTo(ann).length, 1);
    const { mail } = (await testApp.enrollment.tickets.get(id)) ?? {};
    assert.equal(mail, `ticket:${id}:1`);
    const visitor = new Visitor(testApp);
    const link = linkIn(text);
    assert.ok(link.startsWith(`${path}&mail=`), link);
    assert.equal((await visitor.get(link)).location, '/if/flow/set-password/');
    await visitor.open(link);
    assert.equal((await visitor.submit({ password: fresh })).status, 303);
    assert.equal((await testApp.users.findById(ann.id))?.emailVerified, true);
  });

  it('copied from its creation, sets the password and proves nothing; so does one with another mail’s secret', async () => {
    await ticket({ purpose: 'recovery' });
    const [, proof = ''] = linkIn(await mailed(ann, 1)).split('&mail=');
    assert.equal(proof.length, 22);
    const second = await ticket({ purpose: 'recovery' });
    const visitor = new Visitor(testApp);
    await visitor.open(`${second.path}&mail=${proof}`);
    assert.equal((await visitor.submit({ password: fresh })).status, 303);
    await visitor.open((await ticket({ markEmailAsVerified: true })).path);
    assert.equal((await visitor.submit({ password: `${fresh} too` })).status, 303);
    assert.notEqual((await testApp.users.findById(ann.id))?.emailVerified, true);
  });

  it('copied from its creation, confirms no address', async () => {
    const { path } = await ticket({ purpose: 'verify-email' });
    const link = linkIn(await mailed(ann, 1));
    const visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
    assert.match((await visitor.open(path)).text, /isn’t valid/);
    await visitor.open(link);
    assert.equal((await visitor.submit({})).status, 303);
    assert.equal((await testApp.users.findById(ann.id))?.emailVerified, true);
  });

  it('expired, is sent anew to the original mailbox by the button of its page, and the inviter is told', async () => {
    const { path } = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 1);
    testApp.clock.advance(60_000);
    const visitor = new Visitor(testApp);
    await visitor.open(path);
    assert.match(visitor.page.text, /has expired/);
    const sent = await visitor.follow(
      await visitor.submit({ email: 'mallory@example.com', to: 'mallory@example.com' }),
    );
    assert.match(sent.text, /<h1[^>]*>Check your email<[^]*Open the link in the newest email\./);
    assert.doesNotMatch(sent.text, /<form[^>]*-\/ticket|Ask for a fresh one|Send a fresh link/);
    const text = await mailed(ann, 2);
    await mailed(boss, 1);
    assert.deepEqual(steps.at(-1), ['ticket_invite', 'fresh_link_requested'], 'neither is lost alone');
    assert.ok(mailer.mails.every(({ to }) => to !== 'mallory@example.com'));
    const link = linkIn(text);
    assert.notEqual(link, path);
    await visitor.open(link);
    assert.equal((await visitor.submit({ password: fresh })).status, 303);
  });

  it('answers alike, and sends at most so many', async () => {
    const { path } = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 1);
    testApp.clock.advance(60_000);
    const visitor = new Visitor(testApp);
    const answers: string[] = [];
    for (let times = 0; times < 8; times += 1) {
      await visitor.open(path);
      const { location } = await visitor.submit({});
      const page = await visitor.get(location);
      answers.push(/If we can send a fresh link[^<]*/.exec(page.text)?.[0] ?? page.text);
    }
    assert.equal(new Set(answers).size, 1, answers.join('\n'));
    await mailed(ann, 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(mailsTo(ann).length <= 4, String(mailsTo(ann).length));
  });

  async function press(path: string): Promise<void> {
    const visitor = new Visitor(testApp);
    await visitor.open(path);
    await visitor.submit({});
  }

  it('is sent anew five times at most, by its first link and those of the fresh ones together', async () => {
    const { path } = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 1);
    for (let times = 1; times <= 4; times += 1) {
      testApp.clock.advance(3_600_000);
      await press(path);
      await mailed(ann, times + 1);
    }
    const last = linkIn(await mailed(ann, 5));
    testApp.clock.advance(3_600_000);
    await press(last);
    const sixth = linkIn(await mailed(ann, 6));
    for (const link of [path, last, sixth]) {
      testApp.clock.advance(3_600_000);
      await press(link);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(mailsTo(ann).length, 6);
  });

  it('whose mail cannot be ordered counts for no renewal, and leaves none open', async () => {
    const { path } = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 1);
    const inState = async (wanted: string): Promise<number> =>
      (await testApp.enrollment.tickets.list({ user: ann.id })).filter(({ state }) => state === wanted).length;
    for (let times = 0; times < 6; times += 1) {
      testApp.clock.advance(3_600_000);
      isDown = true;
      await press(path);
      await waitUntil(
        async () => ((await inState('revoked')) === times + 1 ? true : undefined),
        () => 'it is still tried',
      );
      isDown = false;
    }
    assert.equal(await inState('open'), 0);
    testApp.clock.advance(3_600_000);
    await press(path);
    await mailed(ann, 2);
    assert.equal(await inState('open'), 1);
  });

  it('sent anew by one client, tells its inviter as often as the limits of mails allow', async () => {
    for (let links = 0; links < 5; links += 1) {
      if (links > 0) ann = await member(testApp, `ann-${count}-${links}`);
      const { path } = await ticket({ ttlSeconds: 60 });
      await mailed(ann, 1);
      testApp.clock.advance(60_000);
      await press(path);
      await mailed(ann, 2);
    }
    await mailed(boss, 3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(mailsTo(boss).length, 3);
  });

  it('is sent anew once by two clicks on the button of its page, and again by a press a minute later, or a visit', async () => {
    const { path, id } = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 1);
    testApp.clock.advance(60_000);
    const visitor = new Visitor(testApp);
    await visitor.open(path);
    await Promise.all([visitor.submit({}), visitor.submit({})]);
    await mailed(ann, 2);
    await mailsSettled(testApp);
    const isOpen = async (): Promise<number> =>
      (await testApp.enrollment.tickets.list({ user: ann.id })).filter((one) => one.id !== id && one.state === 'open')
        .length;
    assert.deepEqual([mailsTo(ann).length, mailsTo(boss).length, await isOpen()], [2, 1, 1]);
    testApp.clock.advance(60_000);
    await visitor.submit({});
    await mailed(ann, 3);
    testApp.clock.advance(3_600_000);
    await press(path);
    await mailed(ann, 4);
  });

  it('sent anew by a superseded link, ends no other', async () => {
    const first = await ticket();
    await mailed(ann, 1);
    const good = await ticket({ ttlSeconds: 30 * 86_400 });
    await press(first.path);
    await mailed(ann, 3);
    assert.equal((await testApp.enrollment.tickets.get(good.id))?.state, 'open');
  });

  it('sent anew by a superseded link, ends with any ticket of its purpose that is revoked', async () => {
    const { tickets } = testApp.enrollment;
    for (const which of ['first', 'newest'] as const) {
      ann = await member(testApp, `ann-${which}`);
      const first = await ticket();
      // A mail that waits while its ticket is superseded is not sent.
      await mailed(ann, 1);
      const earlier = { first, newest: await ticket() };
      await mailed(ann, 2);
      await press(earlier.first.path);
      const link = linkIn(await mailed(ann, 3));
      assert.equal(await tickets.revoke(earlier[which].id), true);
      const [fresh] = await tickets.list({ user: ann.id });
      assert.deepEqual([fresh?.state, which], ['revoked', which]);
      assert.match((await new Visitor(testApp).open(link)).text, /This link was withdrawn/);
    }
  });

  it('is not sent anew once a later one of its purpose was used', async () => {
    const user = await testApp.users.findById(ann.id);
    assert.ok(user);
    await testApp.users.update?.(user, { emailVerified: true });
    await ticket({ purpose: 'verify-email' });
    const first = linkIn(await mailed(ann, 1));
    await ticket({ purpose: 'verify-email' });
    const second = linkIn(await mailed(ann, 2));
    testApp.clock.advance(1000);
    const visitor = new Visitor(testApp);
    await visitor.open(second);
    assert.equal((await visitor.submit({})).status, 303);
    await press(first);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(mailsTo(ann).length, 2);
  });

  it('sends none for a ticket that was revoked, used or is for a changed account', async () => {
    const revoked = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 1);
    await testApp.enrollment.tickets.revoke(revoked.id);
    await new Visitor(testApp).open(revoked.path);
    const moved = await ticket({ ttlSeconds: 60 });
    await mailed(ann, 2);
    testApp.clock.advance(60_000);
    const visitor = new Visitor(testApp);
    await visitor.open(moved.path);
    const user = await testApp.users.findById(ann.id);
    assert.ok(user);
    await testApp.users.update?.(user, { email: `moved-${count}@example.com` });
    await visitor.submit({});
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(mailer.mails.every(({ to }) => to !== `moved-${count}@example.com`));
  });
});
