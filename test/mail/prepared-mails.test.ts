import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings, confirmEmailFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { memoryUsers, signInFlow, type MemoryUser } from '../../lib/index.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { mailOrder, openMailQueue } from '../support/mail/queue-under-test.js';
import { waitUntil } from '../support/wait-until.js';

describe('a mail that is prepared before what it tells is written', () => {
  it('is sent a minute later where its process could not, if it was written, and once', async () => {
    const mailer = memoryMailer();
    const asked: string[] = [];
    const under = openMailQueue(mailer, {
      showsChange: async (check, to) => {
        const user = check.type === 'address' ? check.user : '';
        asked.push(`${user} ${to}`);
        return user === 'written';
      },
    });
    try {
      const orders = ['written', 'not written', 'sent'].map((id) => mailOrder(id));
      for (const order of orders) await under.queue.prepare(order, { type: 'address', user: order.id });
      await under.queue.add(mailOrder('sent'));
      await under.reaches('sent', 'sent');
      assert.deepEqual(await under.queue.status(['written', 'not written']), [null, null]);
      under.later();
      await under.reaches('written', 'sent');
      await under.queue.add(mailOrder('written'));
      under.later();
      await under.queue.add(mailOrder('last'));
      await under.reaches('last', 'sent');
      assert.equal(mailer.mails.length, 3);
      assert.deepEqual(await under.queue.status(['not written']), [null]);
      assert.deepEqual(
        asked,
        orders.slice(0, 2).map(({ id, to }) => `${id} ${to}`),
      );
      assert.deepEqual(await under.outbox.counts(), { waiting: 0, failed: 0 });
    } finally {
      await under.worker.stop(5000);
    }
  });

  it('is looked at for each try: one that wrote nothing is not the look of the next', async () => {
    let isWritten = false;
    const under = openMailQueue(memoryMailer(), { showsChange: () => Promise.resolve(isWritten) });
    try {
      const check = { type: 'address', user: 'ann' } as const;
      await under.queue.prepare(mailOrder('tried twice'), check);
      under.later();
      await under.queue.add(mailOrder('between'));
      await waitUntil(
        async () => ((await under.outbox.counts()).waiting === 0 ? true : undefined),
        () => 'it was not looked at',
      );
      isWritten = true;
      await under.queue.prepare(mailOrder('tried twice'), check);
      under.later();
      await under.reaches('tried twice', 'sent');
    } finally {
      await under.worker.stop(5000);
    }
  });
});

/** The user store writes, and then answers no more: as the process that ends there. */
describe('the mail that warns of a change whose process ends after the write', () => {
  const mailer = memoryMailer();
  const clock = fakeClock();
  const store = memoryUsers({ clock });
  let dies = false;
  let isDead = false;
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;
  const old = (): string => `ann-${count}@example.com`;
  const next = (): string => `new-${count}@example.com`;
  const fresh = 'a tram that crosses the harbor';

  async function dying<T>(write: () => Promise<T>): Promise<T> {
    const written = await write();
    if (!dies) return written;
    [dies, isDead] = [false, true];
    throw new Error('the process ended');
  }

  before(async () => {
    app = await openTestApp({
      mailer,
      clock,
      redemptions: store.redemptions,
      users: {
        ...store.users,
        update: (...change) => dying(() => store.users.update(...change)),
        replacePassword: (...change) => dying(() => store.users.replacePassword(...change)),
        findById: (id) => (isDead ? Promise.reject(new Error('the process ended')) : store.users.findById(id)),
      },
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        recoveryFlow({ slug: 'recovery', minPasswordLength: 15 }),
        setPasswordFlow({ slug: 'set-password', minPasswordLength: 15 }),
        confirmEmailFlow({ slug: 'confirm' }),
        ...accountSettings({ fields: ['email'], leave: false, target: '/inside' }),
      ],
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
    app.canaries.add(fresh);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    ann = await member(app, `ann-${(count += 1)}`);
    await store.users.update(ann, { emailVerified: true });
    clock.advance(60_000);
  });

  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
    return visitor;
  }

  async function ticketFor(to: string, purpose: 'recovery' | 'change-email', by: Visitor): Promise<void> {
    const newEmail = purpose === 'change-email' ? to : undefined;
    await app.enrollment.tickets.create({ user: ann.id }, { purpose, delivery: 'kit', newEmail });
    const { pathname, search } = new URL(mailer.linkIn(await mailer.next(to)) ?? '');
    await by.open(pathname + search);
  }

  async function codeFor(by: Visitor, to: string): Promise<string> {
    const code = mailer.codeIn(await mailer.next(to)) ?? '';
    app.canaries.add(code);
    assert.ok(by.form.action !== '');
    return code;
  }

  /** Each as far as its last form, and what that says. */
  const ways: Readonly<Record<string, { kind: string; form(): Promise<readonly [Visitor, object]> }>> = {
    'a new address on the profile page': {
      kind: 'address_change_undo',
      async form() {
        const by = await signedIn();
        await by.open('/if/flow/account-profile/');
        await by.follow(await by.submit({ email: next() }));
        return [by, { code: await codeFor(by, next()) }];
      },
    },
    'a ticket of change-email': {
      kind: 'address_change_undo',
      async form() {
        const by = await signedIn();
        await ticketFor(next(), 'change-email', by);
        return [by, {}];
      },
    },
    'a ticket of recovery': {
      kind: 'password_changed',
      async form() {
        const by = new Visitor(app);
        await ticketFor(old(), 'recovery', by);
        return [by, { password: fresh }];
      },
    },
    'a recovery': {
      kind: 'password_changed',
      async form() {
        const by = new Visitor(app);
        await by.open('/if/flow/recovery/');
        await by.follow(await by.submit({ uid_field: old() }));
        await by.follow(await by.submit({ code: await codeFor(by, old()) }));
        return [by, { password: fresh }];
      },
    },
    'a changed password': {
      kind: 'password_changed',
      async form() {
        const by = await signedIn();
        await by.open('/if/flow/account-password/');
        await by.follow(await by.submit({ password }));
        return [by, { password: fresh }];
      },
    },
  };
  for (const [way, { kind, form }] of Object.entries(ways))
    it(`is sent nevertheless, once: ${way}`, async () => {
      const [by, fields] = await form();
      mailer.clear();
      dies = true;
      assert.ok((await by.submit({ ...fields })).status >= 500);
      assert.equal(isDead, true, 'it was written');
      isDead = false;
      assert.deepEqual(mailer.mails, []);
      clock.advance(61_000);
      // Any mail makes the worker look.
      const bob = await member(app, `bob-${String(count)}`);
      await app.enrollment.tickets.create({ user: bob.id }, { purpose: 'recovery', delivery: 'kit' });
      assert.equal((await mailer.next(old())).kind, kind);
      clock.advance(3_600_000);
      await app.enrollment.tickets.create({ user: bob.id }, { purpose: 'invite', delivery: 'kit' });
      await mailer.next(bob.email ?? '');
      assert.equal(mailer.mails.filter(({ to }) => to === old()).length, 1);
    });

  it('is sent at once where nothing fails, and not again', async () => {
    const [by, fields] = (await ways['a changed password']?.form()) ?? assert.fail();
    mailer.clear();
    assert.equal((await by.submit({ ...fields })).status, 303);
    assert.equal((await mailer.next(old())).kind, 'password_changed');
    clock.advance(61_000);
    const bob = await member(app, `bob-${String(count)}`);
    await app.enrollment.tickets.create({ user: bob.id }, { purpose: 'recovery', delivery: 'kit' });
    await mailer.next(bob.email ?? '');
    assert.equal(mailer.mails.length, 2);
  });
});
