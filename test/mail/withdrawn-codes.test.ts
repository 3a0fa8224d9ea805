import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings, changeFlow, recoveryFlow } from '../../lib/flows.js';
import { inviteSignupFlow, signInFlow, type MemoryUser } from '../../lib/index.js';
import type { Mail } from '../../lib/ports/mailer.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { accountOf, password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const recovery = '/if/flow/recovery/';
const profile = '/if/flow/account-profile/';
const fresh = 'a new battery for the horse';

/** The mail server reads each mail, and takes none until it is up again. */
describe('the mail of a code or a link that ends while it waits', () => {
  const box = memoryMailer();
  const read: Mail[] = [];
  let isDown = true;
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;

  before(async () => {
    app = await openTestApp({
      mailer: {
        async send(mail) {
          if (!isDown) return box.send(mail);
          read.push(mail);
          throw Object.assign(new Error('down'), { delivery: 'temporary' });
        },
      },
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], verifyEmail: true }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signInFlow({ slug: 'strict', target: '/inside', verifyEmail: true }),
        recoveryFlow({ slug: 'recovery' }),
        changeFlow(recoveryFlow({ slug: 'restarting' }), {
          stages: (bindings) =>
            bindings.map((one) => (one.stage.kind === 'email' ? { ...one, invalidResponseAction: 'restart' } : one)),
        }),
        ...accountSettings({ fields: ['email'], leave: false, target: '/inside' }),
      ],
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    isDown = true;
    read.length = 0;
    box.clear();
    ann = await member(app, `ann-${String((count += 1))}`);
  });

  const old = (): string => ann.email ?? '';
  const next = (): string => `next-${String(count)}@example.com`;

  /** The mail that the server has read, but not taken. */
  async function readAt(to: string, times = 1): Promise<Mail> {
    return waitUntil(
      () => Promise.resolve(read.filter((mail) => mail.to === to)[times - 1]),
      () => `no mail to ${to} was tried`,
    );
  }
  const codeIn = (mail: Mail): string => {
    const code = box.codeIn(mail) ?? assert.fail('no code');
    app.canaries.add(code);
    return code;
  };

  async function askRecovery(name = ann.username ?? ''): Promise<Visitor> {
    const visitor = new Visitor(app);
    await visitor.open(recovery);
    await visitor.follow(await visitor.submit({ uid_field: name }));
    return visitor;
  }
  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
    return visitor;
  }
  async function typeAddress(by: Visitor, email: string): Promise<void> {
    await by.open(profile);
    await by.follow(await by.submit({ email }));
  }

  /** What became of the mails to an address, the earliest first, once the server is up. */
  async function becomes(to: string): Promise<readonly string[]> {
    isDown = false;
    app.clock.advance(30_000);
    const { mails } = app.enrollment;
    const waits = async (): Promise<boolean> =>
      (await mails.list({ to })).mails.some(({ state }) => state === 'queued' || state === 'sending');
    // Its mail wakes the worker.
    await app.enrollment.invitations.send({ email: `waker-${String((wakers += 1))}@example.com` });
    await waitUntil(
      async () => ((await waits()) ? undefined : true),
      () => `a mail to ${to} still waits`,
    );
    const all = (await mails.list({ to })).mails.toReversed();
    assert.equal(box.mails.filter((mail) => mail.to === to).length, all.filter(({ state }) => state === 'sent').length);
    return all.map(({ state, failure }) => (state === 'sent' ? state : `${state}: ${failure?.response ?? ''}`));
  }
  let wakers = 0;

  const over = 'withdrawn: its code was used, replaced or canceled';

  it('a code that was replaced is not sent, and one that is still right is', async () => {
    const visitor = await askRecovery();
    await readAt(old());
    await visitor.submit({ resend: 'true' });
    await readAt(old(), 2);
    assert.deepEqual(await becomes(old()), [over, 'sent']);
    assert.equal((await visitor.submit({ code: codeIn(await box.next(old())) })).status, 303);
  });

  it('nor one that was canceled, one of a plan that was started again, or one that was used', async () => {
    const canceling = await askRecovery();
    await readAt(old());
    await canceling.submit({ enrollment_cancel: 'confirmed' });
    assert.deepEqual(await becomes(old()), [over]);

    isDown = true;
    ann = await member(app, `again-${String(count)}`);
    const restarting = new Visitor(app);
    await restarting.open('/if/flow/restarting/');
    await restarting.follow(await restarting.submit({ uid_field: ann.username ?? '' }));
    await readAt(old());
    await restarting.follow(await restarting.submit({ code: '0000-0000' }));
    await restarting.follow(await restarting.submit({ uid_field: ann.username ?? '' }));
    await readAt(old(), 2);
    assert.deepEqual(await becomes(old()), [over, 'sent']);

    isDown = true;
    const { code } = await app.enrollment.invitations.create({ uses: 1 });
    const owner = new Visitor(app);
    await owner.enterCode(code);
    const email = `new-${String(count)}@example.com`;
    const account = { ...accountOf(`new-${String(count)}`), email };
    await owner.follow(await owner.submit(account));
    // Some servers say no after all, although the mail arrived.
    assert.equal((await owner.submit({ code: codeIn(await readAt(email)) })).status, 303);
    assert.deepEqual(await becomes(email), [over]);
  });

  for (const [what, end, why] of [
    [
      'its password was changed',
      { passwordHash: '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZWhhc2g', passwordChangedAt: 7 },
      'the password was changed since',
    ],
    ['it has another address', { email: 'moved@example.com' }, 'its account has another address now'],
    ['it is removed', null, 'its account is gone or not active'],
  ] as const)
    it(`nor the code of an account once ${what}`, async () => {
      await askRecovery();
      await readAt(old());
      await (end === null ? app.users.remove?.(ann) : app.users.update?.(ann, end));
      assert.deepEqual(await becomes(old()), [`withdrawn: ${why}`]);
    });

  it('nor those of a sign-in and of a change that wait in sessions which were ended', async () => {
    const signingIn = new Visitor(app);
    await signingIn.open('/if/flow/strict/');
    await signingIn.follow(await signingIn.submit({ uid_field: ann.username ?? '', password }));
    await readAt(old());
    await typeAddress(await signedIn(), next());
    await readAt(next());
    await app.enrollment.sessions.endAll(ann.id);
    const why = ['withdrawn: the session that asked for its code has ended'];
    assert.deepEqual([await becomes(old()), await becomes(next())], [why, why]);
    assert.equal((await app.enrollment.mails.list({ to: next() })).mails[0]?.about?.id, ann.id);
    isDown = true;
    await typeAddress(await signedIn(), next());
    await readAt(next(), 2);
    assert.deepEqual(await becomes(next()), [...why, 'sent'], 'a session that goes on');
  });

  async function changeAddress(): Promise<void> {
    await app.users.update?.(ann, { emailVerified: true });
    const by = await signedIn();
    isDown = false;
    await typeAddress(by, next());
    const code = codeIn(await box.next(next()));
    isDown = true;
    await by.submit({ code });
  }

  for (const [what, ends] of [
    [
      'changes the password',
      async (by: Visitor) => {
        await by.open('/if/flow/account-password/');
        app.canaries.add(fresh);
        await by.follow(await by.submit({ password }));
        return by.submit({ password: fresh });
      },
    ],
    [
      'ends all other sessions',
      async (by: Visitor) => {
        await by.open('/if/flow/account-sessions/');
        return by.submit({ session: 'others' });
      },
    ],
  ] as const)
    it(`but one is sent whose session goes on under another id, when its owner ${what}`, async () => {
      const [by, other] = [await signedIn(), await signedIn()];
      const otherNext = `other-${next()}`;
      await typeAddress(other, otherNext);
      await readAt(otherNext);
      await typeAddress(by, next());
      const code = codeIn(await readAt(next()));
      assert.equal((await ends(by)).status, 303);
      const why = 'withdrawn: the session that asked for its code has ended';
      assert.deepEqual([await becomes(otherNext), await becomes(next())], [[why], ['sent']]);
      await by.open(profile);
      assert.equal((await by.submit({ code })).status, 303);
      assert.equal((await app.users.findById(ann.id))?.email, next());
    });

  it('nor one whose owner has signed out in this browser', async () => {
    const by = await signedIn();
    await typeAddress(by, next());
    await readAt(next());
    await by.post('/sign-out', {});
    assert.equal(await by.me(), null);
    assert.deepEqual(await becomes(next()), ['withdrawn: the session that asked for its code has ended']);
  });

  it('nor one to a new address of an account that is gone', async () => {
    await typeAddress(await signedIn(), next());
    await readAt(next());
    await app.users.remove?.(ann);
    assert.deepEqual(await becomes(next()), ['withdrawn: its account is gone or not active']);
  });

  it('nor a link that undoes a change of the address, once the app has given the address back', async () => {
    await changeAddress();
    await readAt(old());
    await app.users.update?.(ann, { email: old(), emailVerified: true });
    assert.deepEqual(await becomes(old()), ['withdrawn: its link has nothing left to undo']);
  });

  it('nor a link that undoes a change of the address, once the address is back', async () => {
    await changeAddress();
    const { pathname, search } = new URL(box.linkIn(await readAt(old())) ?? '');
    app.canaries.add(search.slice('?flow_token='.length));
    const owner = new Visitor(app);
    await owner.open(pathname + search);
    assert.equal((await owner.submit({})).status, 303);
    assert.deepEqual(await becomes(old()), ['withdrawn: its link has nothing left to undo']);
  });

  it('one to a new address goes with the account', async () => {
    await typeAddress(await signedIn(), next());
    await readAt(next());
    await app.enrollment.forgetUser(ann.id);
    isDown = false;
    const { mails } = await app.enrollment.mails.list({ states: ['withdrawn'], limit: 1 });
    assert.deepEqual(
      mails.map(({ kind, hint, failure }) => [kind, hint, failure?.response]),
      [['ticket_change_email', '', 'its recipient was erased']],
    );
  });
});
